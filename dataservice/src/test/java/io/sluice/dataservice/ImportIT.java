package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.dataservice.dbs.DbsImport;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportIT {

    private static final String DBS = """
            <data name="Employees">
              <config id="default"><property name="carbon_datasource_name">results</property></config>
              <query id="byId" useConfig="default">
                <sql>SELECT number, name, salary FROM employees WHERE number = ?</sql>
                <param name="number" sqlType="INTEGER" ordinal="1"><validateLongRange minimum="1" maximum="99"/></param>
                <result element="employees" rowName="employee">
                  <element name="no" column="number" xsdType="integer"/>
                  <element name="person"><element name="lastName" column="name"/></element>
                </result>
              </query>
              <query id="raise" useConfig="default">
                <sql>UPDATE employees SET salary = :salary WHERE number = :number</sql>
                <param name="salary" sqlType="DOUBLE"/><param name="number" sqlType="INTEGER"/>
              </query>
              <resource method="GET" path="employee/{id}">
                <call-query href="byId"><with-param name="number" query-param="id"/></call-query>
              </resource>
              <resource method="PUT" path="employee">
                <call-query href="raise"><with-param name="salary" query-param="salary"/>
                <with-param name="number" query-param="number"/></call-query>
              </resource>
            </data>
            """;

    @TempDir
    private Path folder;

    @Test
    void keepsTheOldShapeOfReplies(@TempDir Path services) throws Exception {
        DbsImport.Imported imported = DbsImport.convert(write(DBS));

        try (Database database = Database.h2()) {
            database.run("CREATE TABLE employees (number INT PRIMARY KEY, name VARCHAR(20), salary DOUBLE PRECISION)");
            database.run("INSERT INTO employees VALUES (7, 'Perera', 10)");
            String yaml = imported.yaml().replace("access: {}", "access: {public: true}");
            try (ServiceUnderTest service = ServiceUnderTest.with(services, database, yaml)) {
                assertThat(service.problems()).containsExactly("serving [Employees]");
                assertThat(service.get("/Employees/employee/7").body())
                        .isEqualTo("{\"employees\":{\"employee\":[{\"no\":7,\"person\":{\"lastName\":\"Perera\"}}]}}");
                assertThat(service.get("/Employees/employee/100").statusCode()).isEqualTo(400);
                assertThat(service.send("PUT", "/Employees/employee", "{\"number\":7,\"salary\":12.5}")
                                .statusCode())
                        .isEqualTo(204);
                assertThat(database.number("SELECT CAST(salary * 10 AS INT) FROM employees"))
                        .isEqualTo(125);
            }
        }
    }

    @Test
    void refusesWhatItCannotCarryWithItsPlace() throws Exception {
        Path file = write(DBS.replace("sqlType=\"DOUBLE\"", "sqlType=\"QUERY_STRING\"")
                .replace("<sql>UPDATE employees SET", "<sql>call raise("));

        assertThatThrownBy(() -> DbsImport.convert(file))
                .hasMessageContaining(file + ":13: sqlType 'QUERY_STRING' cannot be carried over")
                .hasMessageContaining(file + ":12: stored procedures cannot be carried over");
    }

    private Path write(String dbs) throws Exception {
        return Files.writeString(folder.resolve("employees.dbs"), dbs);
    }
}

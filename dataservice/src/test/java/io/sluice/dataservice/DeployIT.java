package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.dataservice.service.WriteRights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployIT {

    private static final String GOOD = """
            service: things
            datasource: results
            access: {public: true}
            resources:
              - path: /things
                get: {sql: SELECT id FROM things}
            """;

    @TempDir
    private Path folder;

    private Database database;

    @BeforeEach
    void open() throws Exception {
        database = Database.h2();
        database.run(
                "CREATE TABLE things (id INT PRIMARY KEY, name VARCHAR(10))", "INSERT INTO things VALUES (1, 'x')");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void servesGoodResourcesBesideBadOnes() throws Exception {
        String yaml = GOOD + """
                  - path: /typo
                    get: {sql: SELECT id FROM thingz}
                  - path: /unknown-key
                    get: {sqll: SELECT 1}
                  - path: /two
                    get: {sql: 'SELECT 1; DELETE FROM things'}
                  - path: /write
                    get: {sql: DELETE FROM things}
                  - path: /undeclared
                    get: {sql: 'SELECT id FROM things WHERE id = :id'}
                  - path: /nullable
                    get: {sql: 'SELECT id, name FROM things', sort: {default: [name, id]}}
                  - path: /column
                    get: {sql: 'SELECT id, name FROM things', filter: [nam]}
                """;
        try (ServiceUnderTest service = ServiceUnderTest.with(folder, database, yaml)) {
            String file = folder.resolve("service.yaml").toString();
            String found = service.problems().get(0);

            assertThat(service.get("/things/things").statusCode()).isEqualTo(200);
            assertThat(service.get("/things/typo").statusCode()).isEqualTo(404);
            assertThat(found)
                    .contains(file
                            + ":8: resources[1].get.sql: the database does not take it: Table \"THINGZ\" not found")
                    .contains(file + ":10: resources[2].get.sqll: unknown key. Did you mean 'sql'?")
                    .contains(file + ":12: resources[2].get.sql: holds more than one statement")
                    .contains(file + ":14: resources[3].get.sql: is no SELECT")
                    .contains(file + ":16: resources[4].get.sql: ':id' is not declared")
                    .contains(file + ":18: resources[5].get.sort.default: 'name' may be NULL")
                    .contains(file
                            + ":20: resources[6].get.filter: 'nam' is no column of the result. Did you mean 'name'?");
            assertThat(service.health.states().get("data services").up()).isFalse();
        }
    }

    @Test
    void doesNotServeAResourceWhoseRestrictionIsMisspelt() throws Exception {
        String yaml = GOOD + """
                  - path: /secret
                    get: {sql: SELECT name FROM things, scopse: [secret.read]}
                """;
        try (ServiceUnderTest service = ServiceUnderTest.with(folder, database, yaml)) {
            assertThat(service.get("/things/secret").statusCode()).isEqualTo(404);
            assertThat(service.get("/things/things").statusCode()).isEqualTo(200);
            assertThat(service.problems().get(0))
                    .contains(":8: resources[1].get.scopse: unknown key. Did you mean 'scopes'?");

            service.rewrite(GOOD + "acess: {scopes: [x]}\n");
            await().until(() -> service.problems().get(0).contains("acess: unknown key"));
        }
    }

    @Test
    void checksFilesWithoutADatabase() throws Exception {
        Path file = folder.resolve("service.yaml");
        Files.writeString(file, GOOD.replace("SELECT id", "UPDATE things SET id"));
        Files.writeString(folder.resolve("twin.yaml"), GOOD);

        List<String> found = DataServiceCheck.check(folder);

        assertThat(found).hasSize(2);
        assertThat(found.get(0)).startsWith(file + ":6: resources[0].get.sql: is no SELECT");
        assertThat(found.get(1)).contains("service 'things' is already that of " + file);
        assertThat(DataServiceCheck.check(folder.resolve("twin.yaml"))).isEmpty();
    }

    @Test
    void keepsTheLastGoodVersionUntilTheNextGoodOne() throws Exception {
        try (ServiceUnderTest service = ServiceUnderTest.with(folder, database, GOOD)) {
            service.rewrite(GOOD.replace("SELECT id FROM", "SELEC id FROM"));
            await().until(() -> !service.health.states().get("data services").up());
            assertThat(service.get("/things/things").body()).contains("{\"id\":1}");

            service.rewrite(GOOD.replace("SELECT id FROM", "SELECT name FROM"));
            await().until(() -> service.health.states().get("data services").up());
            assertThat(service.get("/things/things").body()).contains("{\"name\":\"x\"}");

            Files.delete(folder.resolve("service.yaml"));
            await().until(() -> service.get("/things/things").statusCode() == 404);
        }
    }

    @Test
    void comesUpWhenItsDatabaseDoes() throws Exception {
        database.down(true);
        try (ServiceUnderTest service = ServiceUnderTest.with(folder, database, GOOD)) {
            assertThat(service.problems().get(0)).contains("the database cannot be reached");
            assertThat(service.get("/things/things").statusCode()).isEqualTo(404);

            database.down(false);
            await().until(() -> service.get("/things/things").statusCode() == 200);
        }
    }

    @Test
    void warnsThatTheReadingAccountMayWrite() throws Exception {
        database.run("CREATE USER reader PASSWORD 'reader'", "GRANT SELECT ON things TO reader");
        // what H2 says about the two accounts is what the warning is made from
        assertThat(canWrite("sa", "")).isTrue();
        assertThat(canWrite("reader", "reader")).isFalse();
    }

    @Test
    void knowsADatabaseInsideItsProcess() throws Exception {
        try (var connection = database.source().getConnection()) { // told at INFO instead of WARN
            assertThat(WriteRights.embedded(connection)).isTrue();
        }
    }

    private boolean canWrite(String user, String password) throws Exception {
        try (Database other = Database.at(database.source().getJdbcUrl().replaceFirst(";.*", ""), user, password);
                var connection = other.source().getConnection()) {
            return WriteRights.canWrite(connection);
        }
    }
}

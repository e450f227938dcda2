package io.sluice.siddhi.rdbms;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.query.api.definition.Attribute;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every statement of every dialect against a file; also for databases that no test can start. */
class DialectsTest {

    private static final TableShape SHAPE = new TableShape(
            "Stock",
            List.of(
                    new TableShape.Column("id", Attribute.Type.LONG, OptionalInt.empty()),
                    new TableShape.Column("name", Attribute.Type.STRING, OptionalInt.empty()),
                    new TableShape.Column("story", Attribute.Type.STRING, OptionalInt.of(3000)),
                    new TableShape.Column("price", Attribute.Type.DOUBLE, OptionalInt.empty()),
                    new TableShape.Column("weight", Attribute.Type.FLOAT, OptionalInt.empty()),
                    new TableShape.Column("amount", Attribute.Type.INT, OptionalInt.empty()),
                    new TableShape.Column("sold", Attribute.Type.BOOL, OptionalInt.empty()),
                    new TableShape.Column("extra", Attribute.Type.OBJECT, OptionalInt.empty())),
            List.of("id"),
            List.of(List.of("name"), List.of("price", "amount")),
            true,
            false);

    private final Dialects dialects = new Dialects((key, builtIn) -> builtIn);

    @ParameterizedTest
    @CsvSource({
        "H2, 2, 4, h2",
        "MySQL, 8, 0, mysql",
        "MariaDB, 10, 11, mariadb",
        "Oracle, 11, 2, oracle/old",
        "Oracle, 12, 0, oracle/old",
        "Oracle, 12, 1, oracle/new",
        "Oracle, 23, 0, oracle/new",
        "Microsoft SQL Server, 16, 0, Microsoft SQL Server",
        "PostgreSQL, 14, 22, PostgreSQL",
        "DB2/LINUXX8664, 11, 5, DB2.*",
        "Apache Derby, 10, 16, Apache Derby",
        "Teradata, 17, 0, Teradata"
    })
    void areFoundByProductAndVersion(String product, int major, int minor, String expected) {
        Dialect found = dialects.find(product, major, minor).orElseThrow();

        String version =
                found.textOrNull("maxVersion") != null ? "/old" : found.textOrNull("minVersion") != null ? "/new" : "";
        assertThat(found.name() + version).isEqualTo(expected);
    }

    @Test
    void areNotGuessed() {
        assertThat(dialects.find("Informix", 14, 10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "h2, H2, 2",
        "mysql, MySQL, 8",
        "oracle-11, Oracle, 11",
        "oracle-19, Oracle, 19",
        "mssql, Microsoft SQL Server, 16",
        "postgresql, PostgreSQL, 14",
        "db2, DB2/LINUX, 11",
        "derby, Apache Derby, 10",
        "teradata, Teradata, 17"
    })
    void saysWhatTheGoldenFileSays(String file, String product, int major) throws IOException {
        Dialect dialect = dialects.find(product, major, 0).orElseThrow();

        assertThat(statements(dialect)).isEqualTo(golden(file));
    }

    @Test
    void takesTemplatesFromTheSystemConfiguration() {
        Dialects changed = new Dialects((key, builtIn) ->
                key.equals("h2.recordSelectQuery") ? "SELECT * FROM {{TABLE_NAME}} {{CONDITION}} FOR UPDATE" : builtIn);
        Statements statements = new Statements(changed.find("H2", 2, 0).orElseThrow(), SHAPE);

        assertThat(statements.find(key()).sql()).isEqualTo("SELECT * FROM Stock WHERE Stock.id = ? FOR UPDATE");
    }

    private static String statements(Dialect dialect) {
        SchemaStatements schema = new SchemaStatements(dialect, SHAPE, null);
        Statements statements = new Statements(dialect, SHAPE);
        Map<String, Fragment> assignments = new LinkedHashMap<>();
        assignments.put("price", variable("price", Attribute.Type.DOUBLE));
        assignments.put("amount", sum());
        StringBuilder text = new StringBuilder();
        text.append(schema.check()).append('\n').append(schema.create()).append('\n');
        schema.indexes().forEach(index -> text.append(index).append('\n'));
        text.append(statements.insert()).append('\n');
        text.append(statements.find(key()).sql()).append('\n');
        text.append(statements.exists(key()).sql()).append('\n');
        text.append(statements.update(assignments, key())).append('\n');
        text.append(statements.delete(key()).sql()).append('\n');
        if (statements.canUpsert()) {
            text.append(statements.upsert(List.of("name", "price"), Map.of("amount", sum())))
                    .append('\n');
            text.append(statements.upsert(List.of(), Map.of())).append('\n');
        }
        if (statements.lock() != null) {
            text.append(statements.lock()).append('\n');
        }
        text.append(select(statements, null, null)).append('\n');
        text.append(select(statements, 5L, null)).append('\n');
        if (!dialect.name().equals("Teradata")) {
            text.append(select(statements, 5L, 10L)).append('\n');
            text.append(select(statements, null, 10L)).append('\n');
        }
        return text.toString();
    }

    private static String select(Statements statements, Long limit, Long offset) {
        Fragment amount = column("amount", Attribute.Type.INT);
        Fragment half = math("integerDivision", amount);
        Fragment rest = math("modulo", amount);
        Selection selection = Selection.of(
                List.of(
                        new Selection.Item("n", column("name", Attribute.Type.STRING)),
                        new Selection.Item("h", half),
                        new Selection.Item("r", rest)),
                List.of(),
                null,
                limit == null ? List.of(new Selection.Order(column("name", Attribute.Type.STRING), true)) : List.of(),
                limit,
                offset);
        BoundStatement select = SelectStatement.of(statements, key(), selection);
        return select.sql() + " -- "
                + select.parameters().stream()
                        .filter(Parameter.Constant.class::isInstance)
                        .map(parameter -> String.valueOf(parameter.value(Map.of())))
                        .toList();
    }

    private static Fragment key() {
        return Fragment.of(
                Fragment.Kind.PREDICATE,
                Attribute.Type.BOOL,
                List.of(column("id", Attribute.Type.LONG), variable("id", Attribute.Type.LONG)),
                (dialect, parts) -> parts.get(0) + " = " + parts.get(1));
    }

    private static Fragment sum() {
        return Fragment.of(
                Fragment.Kind.VALUE,
                Attribute.Type.INT,
                List.of(column("amount", Attribute.Type.INT), variable("amount", Attribute.Type.INT)),
                (dialect, parts) -> "(" + parts.get(0) + " + " + parts.get(1) + ")");
    }

    private static Fragment math(String template, Fragment of) {
        return Fragment.of(
                Fragment.Kind.VALUE,
                Attribute.Type.INT,
                List.of(of, variable("by", Attribute.Type.INT)),
                (dialect, parts) -> dialect.textOrNull(template) == null
                        ? "(" + parts.get(0) + " % " + parts.get(1) + ")"
                        : dialect.fill(template, "LEFT", parts.get(0), "RIGHT", parts.get(1)));
    }

    private static Fragment column(String name, Attribute.Type type) {
        return Fragment.column("Stock", name, type);
    }

    private static Fragment variable(String id, Attribute.Type type) {
        return Fragment.parameter(new Parameter.Variable(id, type));
    }

    private static String golden(String file) throws IOException {
        try (InputStream resource = DialectsTest.class.getResourceAsStream("golden/" + file + ".sql")) {
            assertThat(resource).as("golden/%s.sql", file).isNotNull();
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

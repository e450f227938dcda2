package io.sluice.siddhi.rdbms;

import io.siddhi.query.api.definition.Attribute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements that look for a table and create it with its indexes. */
final class SchemaStatements {

    private final Dialect dialect;
    private final TableShape shape;
    private final @Nullable String checkQuery;

    /** @param checkQuery the app's own {@code table.check.query}, or null */
    SchemaStatements(Dialect dialect, TableShape shape, @Nullable String checkQuery) {
        this.dialect = dialect;
        this.shape = shape;
        this.checkQuery = checkQuery;
    }

    /** Fails where the table is absent. */
    String check() {
        return checkQuery == null
                ? dialect.fill("tableCheckQuery", "TABLE_NAME", shape.table())
                : Dialect.fillText(checkQuery, "TABLE_NAME", shape.table());
    }

    String create() {
        List<String> parts = new ArrayList<>();
        for (TableShape.Column column : shape.columns()) {
            boolean notNull = shape.isKey(column.name()) || dialect.flag("keyExplicitNotNull");
            parts.add(column.name() + " " + type(column) + (notNull ? " NOT NULL" : ""));
        }
        if (!shape.primaryKey().isEmpty()) {
            parts.add("PRIMARY KEY (" + String.join(", ", shape.primaryKey()) + ")");
        }
        return dialect.fill(
                "tableCreateQuery", "TABLE_NAME", shape.table(), "COLUMNS, PRIMARY_KEYS", String.join(", ", parts));
    }

    List<String> indexes() {
        List<String> statements = new ArrayList<>();
        for (List<String> index : shape.indexes()) {
            String template = dialect.text("indexCreateQuery");
            // an index lives in its table's schema and is named without it
            String bareName = shape.table().substring(shape.table().lastIndexOf('.') + 1);
            statements.add(Dialect.fillText(
                    template.replace("{{TABLE_NAME}}_INDEX", bareName + "_INDEX"),
                    "TABLE_NAME",
                    shape.table(),
                    "INDEX_NUM",
                    String.valueOf(statements.size() + 1),
                    "INDEX_COLUMNS",
                    String.join(", ", index)));
        }
        return statements;
    }

    private String type(TableShape.Column column) {
        if (column.type() != Attribute.Type.STRING) {
            return type(dialect, column.type());
        }
        int length = column.length().orElse(dialect.number("stringSize"));
        String big = dialect.textOrNull("typeMapping.bigStringType");
        String limit = dialect.textOrNull("fieldSizeLimit");
        String type = big != null && limit != null && length > Integer.parseInt(limit.trim())
                ? big
                : type(dialect, Attribute.Type.STRING) + "(" + length + ")";
        String collation = dialect.textOrNull("collation");
        return shape.collated() && collation != null
                ? type + " " + dialect.fill("collationClause", "COLLATION", collation)
                : type;
    }

    static String type(Dialect dialect, Attribute.Type type) {
        return dialect.text("typeMapping."
                + switch (type) {
                    case STRING -> "stringType";
                    case INT -> "integerType";
                    case LONG -> "longType";
                    case FLOAT -> "floatType";
                    case DOUBLE -> "doubleType";
                    case BOOL -> "booleanType";
                    case OBJECT -> "binaryType";
                });
    }
}

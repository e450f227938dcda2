package io.sluice.siddhi.rdbms;

import io.siddhi.query.api.definition.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statements of one table in one dialect, except its selections ({@link SelectStatement}) and its schema ({@link SchemaStatements}). */
final class Statements {

    private final Dialect dialect;
    private final TableShape shape;

    Statements(Dialect dialect, TableShape shape) {
        this.dialect = dialect;
        this.shape = shape;
    }

    Dialect dialect() {
        return dialect;
    }

    TableShape shape() {
        return shape;
    }

    /** Parameters are the columns in order. */
    String insert() {
        return fill(
                "recordInsertQuery",
                "COLUMNS",
                String.join(", ", shape.columnNames()),
                "Q",
                marks(shape.columns().size()));
    }

    BoundStatement find(Fragment condition) {
        return conditional("recordSelectQuery", condition, "COLUMNS", String.join(", ", shape.columnNames()));
    }

    BoundStatement exists(Fragment condition) {
        return conditional("recordExistsQuery", condition);
    }

    BoundStatement delete(Fragment condition) {
        return conditional("recordDeleteQuery", condition);
    }

    /** Parameters of the assignments come first, then those of the condition. */
    String update(Map<String, Fragment> assignments, Fragment condition) {
        return fill("recordUpdateQuery", "COLUMNS_AND_VALUES", assign(assignments), "CONDITION", where(condition));
    }

    /** Whether the database can update or insert in one statement. */
    boolean canUpsert() {
        return dialect.textOrNull("recordUpsertQuery") != null
                && !shape.primaryKey().isEmpty();
    }

    /**
     * The database's own update-or-insert by primary key. Parameters: the new row in column order, then those of the assignments.
     *
     * @param fromNewRow columns that get what the new row has
     * @param assignments columns that get something computed
     */
    String upsert(List<String> fromNewRow, Map<String, Fragment> assignments) {
        List<String> parts = new ArrayList<>();
        fromNewRow.forEach(column -> parts.add(column + " = " + newValue(column)));
        if (!assignments.isEmpty()) {
            parts.add(assign(assignments));
        }
        return fill(
                parts.isEmpty() ? "recordUpsertNothingQuery" : "recordUpsertQuery",
                "ASSIGNMENTS",
                String.join(", ", parts),
                "COLUMNS",
                String.join(", ", shape.columnNames()),
                "Q",
                marks(shape.columns().size()),
                "PRIMARY_KEYS",
                String.join(", ", shape.primaryKey()),
                "FIRST_KEY",
                shape.primaryKey().get(0),
                "NEW_ROW",
                shape.columns().stream().map(this::newColumn).collect(Collectors.joining(", ")),
                "NEW_VALUES",
                shape.columnNames().stream().map(this::newValue).collect(Collectors.joining(", ")),
                "KEY_MATCH",
                shape.primaryKey().stream()
                        .map(key -> shape.table() + "." + key + " = " + newValue(key))
                        .collect(Collectors.joining(" AND ")));
    }

    /** Keeps others from inserting until the transaction ends; null where the isolation level does. */
    @Nullable
    String lock() {
        return dialect.textOrNull("tableLockQuery") == null ? null : fill("tableLockQuery");
    }

    /** The condition as a WHERE clause; empty where it holds for every row. */
    String where(Fragment condition) {
        return condition.isAlwaysTrue()
                ? ""
                : dialect.fill(
                        "selectQueryTemplate.whereClause",
                        "CONDITION",
                        condition.asPredicate().text().in(dialect));
    }

    static List<Parameter> parameters(Fragment condition) {
        return condition.isAlwaysTrue() ? List.of() : condition.asPredicate().parameters();
    }

    static String marks(int number) {
        return String.join(", ", Collections.nCopies(number, "?"));
    }

    private BoundStatement conditional(String template, Fragment condition, String... pairs) {
        String sql = Dialect.fillText(fill(template, pairs), "CONDITION", where(condition));
        return new BoundStatement(sql, parameters(condition));
    }

    private String assign(Map<String, Fragment> assignments) {
        return assignments.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue().text().in(dialect))
                .collect(Collectors.joining(", "));
    }

    private String newColumn(TableShape.Column column) {
        return dialect.textOrNull("upsertNewColumn") == null
                ? "?"
                : dialect.fill("upsertNewColumn", "TYPE", bareType(column.type()), "COLUMN", column.name());
    }

    private String newValue(String column) {
        return dialect.fill("upsertNewValue", "COLUMN", column);
    }

    /** Without a length: a cast with one would cut a long text in silence. */
    private String bareType(Attribute.Type type) {
        String wide = dialect.textOrNull("upsertStringType");
        return type == Attribute.Type.STRING && wide != null ? wide : SchemaStatements.type(dialect, type);
    }

    private String fill(String template, String... pairs) {
        return Dialect.fillText(dialect.fill(template, pairs), "TABLE_NAME", shape.table());
    }
}

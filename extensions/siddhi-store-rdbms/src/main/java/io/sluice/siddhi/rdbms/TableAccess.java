package io.sluice.siddhi.rdbms;

import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.exception.DatabaseRuntimeException;
import io.siddhi.query.api.definition.Attribute;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes the rows of one table. Thread-safe; a batch is one transaction, sent in parts of the dialect's {@code batchSize}. */
final class TableAccess {

    private final Database database;
    private final Statements statements;
    private final TableShape shape;
    private final int batchSize;

    TableAccess(Database database, Statements statements) {
        this.database = database;
        this.statements = statements;
        this.shape = statements.shape();
        Dialect dialect = statements.dialect();
        this.batchSize = dialect.flag("batchEnable") ? Math.max(1, dialect.number("batchSize")) : 1;
    }

    Database database() {
        return database;
    }

    Statements statements() {
        return statements;
    }

    /** Fills the parameters of one statement of a batch. */
    interface Binding {
        void bind(PreparedStatement statement, int row) throws SQLException;
    }

    void add(List<Object[]> records) throws ConnectionUnavailableException {
        records.forEach(this::requireComplete);
        database.transact("insert of " + records.size() + " rows", connection -> {
            batch(
                    connection,
                    statements.insert(),
                    records.size(),
                    (statement, row) -> bindRow(statement, 1, records.get(row)));
            return true;
        });
    }

    List<@Nullable Object[]> find(Fragment condition, Map<String, Object> variables)
            throws ConnectionUnavailableException {
        List<Attribute.Type> types =
                shape.columns().stream().map(TableShape.Column::type).toList();
        return read(statements.find(condition), variables, types);
    }

    boolean contains(Fragment condition, Map<String, Object> variables) throws ConnectionUnavailableException {
        BoundStatement exists = statements.exists(condition);
        return database.run("look-up", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(exists.sql())) {
                statement.setMaxRows(1);
                bind(statement, 1, exists.parameters(), variables);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }

    List<@Nullable Object[]> query(Fragment condition, Selection selection, Map<String, Object> variables)
            throws ConnectionUnavailableException {
        BoundStatement select = SelectStatement.of(statements, condition, selection);
        List<@Nullable Object[]> found = read(select, variables, selection.selectedTypes());
        return found.stream().map(row -> fillIn(row, selection, variables)).toList();
    }

    void delete(Fragment condition, List<Map<String, Object>> variables) throws ConnectionUnavailableException {
        BoundStatement delete = statements.delete(condition);
        database.transact("delete", connection -> {
            batch(
                    connection,
                    delete.sql(),
                    variables.size(),
                    (statement, row) -> bind(statement, 1, delete.parameters(), variables.get(row)));
            return true;
        });
    }

    void update(
            Map<String, Fragment> assignments,
            List<Map<String, Object>> assigned,
            Fragment condition,
            List<Map<String, Object>> matched)
            throws ConnectionUnavailableException {
        String sql = statements.update(assignments, condition);
        for (Map<String, Object> values : assigned) {
            requireComplete(assignments, values);
        }
        database.transact("update", connection -> {
            batch(
                    connection,
                    sql,
                    matched.size(),
                    (statement, row) ->
                            bindUpdate(statement, assignments, assigned.get(row), condition, matched.get(row)));
            return true;
        });
    }

    void batch(Connection connection, String sql, int rows, Binding binding) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int row = 0; row < rows; row++) {
                binding.bind(statement, row);
                if (batchSize == 1) {
                    statement.executeUpdate();
                    continue;
                }
                statement.addBatch();
                if ((row + 1) % batchSize == 0 || row == rows - 1) {
                    statement.executeBatch();
                }
            }
        }
    }

    /** Binds a row in column order; returns the next index. */
    int bindRow(PreparedStatement statement, int from, @Nullable Object[] row) throws SQLException {
        int index = from;
        for (int column = 0; column < shape.columns().size(); column++) {
            Values.bind(
                    statement, index++, row[column], shape.columns().get(column).type());
        }
        return index;
    }

    void bindUpdate(
            PreparedStatement statement,
            Map<String, Fragment> assignments,
            Map<String, Object> assigned,
            Fragment condition,
            Map<String, Object> matched)
            throws SQLException {
        int next = bindAssignments(statement, 1, assignments, assigned);
        bind(statement, next, Statements.parameters(condition), matched);
    }

    int bindAssignments(
            PreparedStatement statement, int from, Map<String, Fragment> assignments, Map<String, Object> values)
            throws SQLException {
        int index = from;
        for (Map.Entry<String, Fragment> assignment : assignments.entrySet()) {
            index = bind(statement, index, assignment.getValue().parameters(), values);
        }
        return index;
    }

    private static int bind(
            PreparedStatement statement, int from, List<Parameter> parameters, Map<String, Object> variables)
            throws SQLException {
        int index = from;
        for (Parameter parameter : parameters) {
            Values.bind(statement, index++, parameter.value(variables), parameter.type());
        }
        return index;
    }

    private List<@Nullable Object[]> read(
            BoundStatement select, Map<String, Object> variables, List<Attribute.Type> types)
            throws ConnectionUnavailableException {
        return database.run("query", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(select.sql())) {
                bind(statement, 1, select.parameters(), variables);
                try (ResultSet rows = statement.executeQuery()) {
                    List<@Nullable Object[]> found = new ArrayList<>();
                    while (rows.next()) {
                        @Nullable Object[] row = new @Nullable Object[types.size()];
                        for (int i = 0; i < row.length; i++) {
                            row[i] = Values.read(rows, i + 1, types.get(i), shape.allowsNull());
                        }
                        found.add(row);
                    }
                    return found;
                }
            }
        });
    }

    private static @Nullable Object[] fillIn(
            @Nullable Object[] selected, Selection selection, Map<String, Object> variables) {
        @Nullable Object[] row = new @Nullable Object[selection.items().size()];
        int next = 0;
        for (int i = 0; i < row.length; i++) {
            Selection.Item item = selection.items().get(i);
            row[i] = item.selected()
                    ? selected[next++]
                    : item.value().parameters().get(0).value(variables);
        }
        return row;
    }

    /** Without {@code allow.null.values} a null would read back as 0 or false: refused, as it always was. */
    void requireComplete(@Nullable Object[] row) {
        for (int i = 0; i < shape.columns().size(); i++) {
            requirePresent(shape.columns().get(i), row[i]);
        }
    }

    void requireComplete(Map<String, Fragment> assignments, Map<String, Object> values) {
        assignments.forEach((name, fragment) -> {
            if (fragment.kind() == Fragment.Kind.PARAMETER) {
                requirePresent(
                        shape.columns().get(shape.indexOf(name)),
                        fragment.parameters().get(0).value(values));
            }
        });
    }

    private void requirePresent(TableShape.Column column, @Nullable Object value) {
        if (value == null && column.type() != Attribute.Type.STRING && !shape.allowsNull()) {
            throw new DatabaseRuntimeException("table '" + shape.table() + "': attribute '" + column.name()
                    + "' is null; set allow.null.values='true' to store nulls, or give it a value with ifThenElse()");
        }
    }
}

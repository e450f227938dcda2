package io.sluice.siddhi.rdbms;

import io.siddhi.core.exception.ConnectionUnavailableException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * {@code update or insert into}, without a gap between the update and the insert.
 *
 * <ol>
 *   <li>Where the condition is the primary key of the row itself and the database has a statement for it, that statement, in batches.
 *   <li>Everywhere else update, then insert what was not there, in one serializable transaction that is repeated when it loses; the apps of this
 *       process take turns, because H2 does not see such a loss.
 * </ol>
 */
final class Upsert {

    private final TableAccess access;
    private final TableShape shape;
    private final Turn turn;

    /** @param turn shared by all who update or insert into the same table from this process */
    Upsert(TableAccess access, Turn turn) {
        this.access = access;
        this.shape = access.statements().shape();
        this.turn = turn;
    }

    /**
     * One chunk of events.
     *
     * @param condition which rows are updated
     * @param matched the values of the condition, per event
     * @param assignments what is set, by column
     * @param assigned the values of the assignments, per event
     * @param rows what is inserted where nothing was updated, per event
     */
    record Request(
            Fragment condition,
            List<Map<String, Object>> matched,
            Map<String, Fragment> assignments,
            List<Map<String, Object>> assigned,
            List<Object[]> rows) {}

    void apply(Request request) throws ConnectionUnavailableException {
        request.rows().forEach(access::requireComplete);
        request.assigned().forEach(values -> access.requireComplete(request.assignments(), values));
        if (access.statements().canUpsert() && meansTheRowItself(request)) {
            byStatement(request);
        } else {
            step(request);
        }
    }

    private void byStatement(Request request) throws ConnectionUnavailableException {
        List<String> fromNewRow = new ArrayList<>();
        Map<String, Fragment> computed = new LinkedHashMap<>();
        request.assignments().forEach((column, fragment) -> {
            boolean same = isOfTheNewRow(column, fragment, request);
            if (same && !shape.isKey(column)) {
                fromNewRow.add(column);
            } else if (!same) {
                computed.put(column, fragment);
            }
        });
        String sql = access.statements().upsert(fromNewRow, computed);
        access.database().upsert("update or insert of " + request.rows().size() + " rows", connection -> {
            access.batch(connection, sql, request.rows().size(), (statement, row) -> {
                int next = access.bindRow(statement, 1, request.rows().get(row));
                access.bindAssignments(
                        statement, next, computed, request.assigned().get(row));
            });
            return true;
        });
    }

    private void step(Request request) throws ConnectionUnavailableException {
        Statements statements = access.statements();
        String update = statements.update(request.assignments(), request.condition());
        String lock = statements.lock();
        turn.lock().lock();
        try {
            access.database().serialize("update or insert of " + request.rows().size() + " rows", true, connection -> {
                if (lock != null) {
                    try (Statement taken = connection.createStatement()) {
                        taken.execute(lock);
                    }
                }
                try (PreparedStatement updating = connection.prepareStatement(update);
                        PreparedStatement inserting = connection.prepareStatement(statements.insert())) {
                    for (int row = 0; row < request.rows().size(); row++) {
                        one(request, row, updating, inserting);
                    }
                }
                return true;
            });
        } finally {
            turn.lock().unlock();
        }
    }

    private void one(Request request, int row, PreparedStatement updating, PreparedStatement inserting)
            throws SQLException {
        access.bindUpdate(
                updating,
                request.assignments(),
                request.assigned().get(row),
                request.condition(),
                request.matched().get(row));
        if (updating.executeUpdate() == 0) {
            access.bindRow(inserting, 1, request.rows().get(row));
            inserting.executeUpdate();
        }
    }

    /** Whether the condition asks for exactly the primary key that the row itself has. */
    private boolean meansTheRowItself(Request request) {
        Map<String, Parameter> keys = request.condition().keyValues();
        if (!keys.keySet().equals(Set.copyOf(shape.primaryKey()))) {
            return false;
        }
        for (int row = 0; row < request.rows().size(); row++) {
            for (Map.Entry<String, Parameter> key : keys.entrySet()) {
                Object wanted = key.getValue().value(request.matched().get(row));
                if (wanted == null || !wanted.equals(request.rows().get(row)[shape.indexOf(key.getKey())])) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isOfTheNewRow(String column, Fragment fragment, Request request) {
        if (fragment.kind() != Fragment.Kind.PARAMETER) {
            return false;
        }
        Parameter parameter = fragment.parameters().get(0);
        int index = shape.indexOf(column);
        for (int row = 0; row < request.rows().size(); row++) {
            if (!Objects.equals(
                    parameter.value(request.assigned().get(row)), request.rows().get(row)[index])) {
                return false;
            }
        }
        return true;
    }
}

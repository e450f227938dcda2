package io.sluice.siddhi.rdbms;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** Sorts what JDBC throws by what can be done about it. */
enum SqlFailure {
    /** The connection is gone or none is to be had: Siddhi connects again and repeats. */
    CONNECTION,
    /** The transaction lost against another one: it can be repeated at once. */
    CONFLICT,
    /** A primary key or a unique index has the row already. */
    DUPLICATE,
    /** The statement or its values are bad: it would fail again. */
    REFUSED;

    private static final Set<String> H2_CLOSED = Set.of("90067", "90098", "90121", "90135");
    private static final Set<String> H2_CONFLICT = Set.of("50200", "HYT00", "90131");
    private static final Set<String> SERVER_STOPS = Set.of("57P01", "57P02", "57P03", "53300");
    /** Syntax errors: a driver that binds on its own side quotes the statement with its values. */
    private static final Set<String> QUOTES_TEXT = Set.of("42000", "42601");

    private static final Set<Integer> LOCK_CODES = Set.of(1205, 1213, 1020, 8177);
    private static final Set<Integer> DUPLICATE_CODES = Set.of(1062, 2601, 2627);

    static SqlFailure of(SQLException thrown) {
        String state = thrown.getSQLState() == null ? "" : thrown.getSQLState();
        if (thrown instanceof SQLTransientConnectionException
                || thrown instanceof SQLNonTransientConnectionException
                || thrown instanceof SQLRecoverableException
                || state.startsWith("08")
                || SERVER_STOPS.contains(state)
                || H2_CLOSED.contains(state)) {
            return CONNECTION;
        }
        if (state.startsWith("40") || H2_CONFLICT.contains(state) || LOCK_CODES.contains(thrown.getErrorCode())) {
            return CONFLICT;
        }
        if (state.equals("23505") || DUPLICATE_CODES.contains(thrown.getErrorCode())) {
            return DUPLICATE;
        }
        return below(thrown);
    }

    /** Batches hide the reason behind a general one. */
    private static SqlFailure below(SQLException thrown) {
        SQLException next = thrown.getNextException();
        if (next != null && next != thrown) {
            return of(next);
        }
        if (thrown instanceof BatchUpdateException && thrown.getCause() instanceof SQLException cause) {
            return of(cause);
        }
        return REFUSED;
    }

    /**
     * What can be said in a log: no text of the database that may quote a value. For tables and columns that are not there, the database's own words.
     */
    static String describe(SQLException thrown) {
        SQLException told = thrown;
        while (told.getNextException() != null) {
            told = told.getNextException(); // a batch quotes its values, the reason below it does not
        }
        String state = String.valueOf(told.getSQLState());
        String meaning = switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "22" -> "a value does not fit its column";
            case "23" ->
                of(told) == DUPLICATE
                        ? "the row exists already under a unique key"
                        : "a value breaks a constraint of the table";
            case "28" -> "the database refuses the user";
            case "40" -> "another transaction was in the way";
            case "42" ->
                QUOTES_TEXT.contains(state)
                        ? "the statement is refused"
                        : "the statement is refused: " + told.getMessage();
            default -> told.getClass().getSimpleName();
        };
        return meaning + " (SQLState " + state + ", code " + told.getErrorCode() + ")";
    }
}

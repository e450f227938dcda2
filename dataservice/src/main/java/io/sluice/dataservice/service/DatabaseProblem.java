package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;

/** What a database said, as a client may hear it: no SQL, no table, no text of the driver. */
final class DatabaseProblem {

    /** MySQL and MariaDB: duplicate key, row is referred to, referred row is missing. */
    private static final Set<Integer> MYSQL_KEYS = Set.of(1022, 1062, 1169, 1216, 1217, 1451, 1452, 1557, 1586, 1761);

    /** H2 and PostgreSQL: NOT NULL and CHECK, which are the value's fault and no other row's. */
    private static final Set<String> VALUE_RULES = Set.of("23502", "23513", "23514");

    private static final Set<Integer> MYSQL_TIMEOUTS = Set.of(1317, 1969, 3024);

    private static final Set<String> DEADLOCKS = Set.of("40001", "40P01", "HYT00", "55P03");

    private DatabaseProblem() {}

    /** The kind of error, from SQLSTATE and the codes of MySQL and MariaDB. */
    static DataError kindOf(SQLException failed) {
        String state = failed.getSQLState() == null ? "" : failed.getSQLState();
        if (failed instanceof SQLTimeoutException
                || state.equals("57014")
                || state.equals("70100")
                || MYSQL_TIMEOUTS.contains(failed.getErrorCode())) {
            return DataError.DATABASE_TIMEOUT;
        }
        boolean connection = failed instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("53")
                || state.startsWith("90098"); // H2: database is closed
        if (connection || DEADLOCKS.contains(state)) {
            return DataError.DATABASE_UNAVAILABLE;
        }
        if (state.startsWith("23")) {
            boolean mysql = state.equals("23000");
            boolean key = mysql ? MYSQL_KEYS.contains(failed.getErrorCode()) : !VALUE_RULES.contains(state);
            return key ? DataError.CONFLICT : DataError.VALUE_REFUSED;
        }
        return state.startsWith("22") || failed.getErrorCode() == 1364
                ? DataError.VALUE_REFUSED
                : DataError.DATABASE_REFUSED;
    }

    /** Whether trying again later makes sense. */
    static boolean unavailable(SQLException failed) {
        DataError kind = kindOf(failed);
        return kind == DataError.DATABASE_UNAVAILABLE || kind == DataError.DATABASE_TIMEOUT;
    }

    /** The problem for a client. */
    static ProblemException of(SQLException failed) {
        DataError kind = kindOf(failed);
        ProblemException problem = new ProblemException(
                kind,
                switch (kind) {
                    case DATABASE_TIMEOUT -> "the database did not answer within the time allowed";
                    case DATABASE_UNAVAILABLE -> "the database cannot be reached now, or is busy";
                    case CONFLICT ->
                        "a row with this key is there already, or other rows depend on it; nothing was changed";
                    case VALUE_REFUSED -> "the database does not take one of the values; nothing was changed";
                    default -> "the database refused the statement; nothing was changed";
                });
        problem.initCause(failed);
        return kind == DataError.DATABASE_UNAVAILABLE ? problem.retryAfter(Duration.ofSeconds(1)) : problem;
    }
}

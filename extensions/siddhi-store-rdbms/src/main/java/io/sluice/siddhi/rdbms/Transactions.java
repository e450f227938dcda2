package io.sluice.siddhi.rdbms;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions that several {@code rdbms:cud} of one app share under a {@code transaction.correlation.id}. Each holds one connection of its pool until it
 * is committed or rolled back; the pool's size is their bound. Thread-safe.
 */
final class Transactions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    private final Map<String, Connection> open = new HashMap<>(); // guarded by this

    /** Runs work in a transaction that stays open; it begins with its first work. */
    synchronized <T> T with(String id, DataSource source, Database.Work<T> work) throws SQLException {
        Connection connection = open.get(id);
        if (connection == null) {
            connection = source.getConnection();
            connection.setAutoCommit(false);
            open.put(id, connection);
        }
        try {
            return work.run(connection);
        } catch (SQLException failed) {
            if (SqlFailure.of(failed) == SqlFailure.CONNECTION) {
                end(id, false); // the database has rolled back
            }
            throw failed;
        }
    }

    /** Commits or rolls back; nothing to do if nothing began. */
    synchronized void end(String id, boolean commit) throws SQLException {
        Connection connection = open.remove(id);
        if (connection == null) {
            return;
        }
        try (connection) {
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
        }
    }

    /** Rolls back what is still open. */
    @Override
    public synchronized void close() {
        for (String id : List.copyOf(open.keySet())) {
            try {
                end(id, false);
                LOG.atWarn().addKeyValue("transaction", id).log("transaction was still open at the stop: rolled back");
            } catch (SQLException lost) {
                LOG.atDebug().setCause(lost).log("transaction ended with its connection");
            }
        }
    }
}

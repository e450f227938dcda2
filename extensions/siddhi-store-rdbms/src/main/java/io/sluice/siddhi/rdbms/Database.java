package io.sluice.siddhi.rdbms;

import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.exception.DatabaseRuntimeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work on connections of a pool and says what went wrong in Siddhi's words. Thread-safe.
 *
 * <ol>
 *   <li>A lost connection is a {@link ConnectionUnavailableException}: Siddhi connects again and repeats the work. What was committed just before may
 *       then happen twice, unless a primary key keeps it from doing so.
 *   <li>A transaction that lost against another one is repeated here, {@value #ATTEMPTS} times at most.
 *   <li>Everything else is a {@link DatabaseRuntimeException} without the database's own text, which may quote values; that goes to the log at DEBUG.
 * </ol>
 */
final class Database {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int ATTEMPTS = 50;
    private static final long LONGEST_PAUSE = 20;

    /** Work on one connection. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private final DataSource source;
    private final String owner;
    private final boolean transactions;

    /**
     * @param source the pool
     * @param owner for messages, for example {@code table 'Orders'}
     * @param transactions whether the database has them
     */
    Database(DataSource source, String owner, boolean transactions) {
        this.source = source;
        this.owner = owner;
        this.transactions = transactions;
    }

    DataSource source() {
        return source;
    }

    /** Runs work in autocommit. */
    <T> T run(String what, Work<T> work) throws ConnectionUnavailableException {
        try (Connection connection = source.getConnection()) {
            return work.run(connection);
        } catch (SQLException thrown) {
            throw failure(what, thrown);
        }
    }

    /** Runs work in one transaction, all or nothing. */
    <T> T transact(String what, Work<T> work) throws ConnectionUnavailableException {
        return transact(what, 0, false, work);
    }

    /**
     * Runs work as if no other transaction ran.
     *
     * @param repeatDuplicates also repeats work that met a row which another transaction had just inserted
     */
    <T> T serialize(String what, boolean repeatDuplicates, Work<T> work) throws ConnectionUnavailableException {
        return transact(what, Connection.TRANSACTION_SERIALIZABLE, repeatDuplicates, work);
    }

    /** As {@link #transact(String, Work)}, for an upsert that may meet a row which another transaction had just inserted. */
    <T> T upsert(String what, Work<T> work) throws ConnectionUnavailableException {
        return transact(what, 0, true, work);
    }

    private <T> T transact(String what, int isolation, boolean repeatDuplicates, Work<T> work)
            throws ConnectionUnavailableException {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = source.getConnection()) {
                return inTransaction(connection, isolation, work);
            } catch (SQLException thrown) {
                SqlFailure kind = SqlFailure.of(thrown);
                boolean again = kind == SqlFailure.CONFLICT || repeatDuplicates && kind == SqlFailure.DUPLICATE;
                if (!again || attempt == ATTEMPTS) {
                    throw failure(what, thrown);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(
                        ThreadLocalRandom.current().nextLong(1, LONGEST_PAUSE)));
            }
        }
    }

    private <T> T inTransaction(Connection connection, int isolation, Work<T> work) throws SQLException {
        if (!transactions) {
            return work.run(connection);
        }
        if (isolation != 0) {
            connection.setTransactionIsolation(isolation); // the pool puts it back
        }
        connection.setAutoCommit(false);
        try {
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException thrown) {
            rollback(connection, thrown);
            throw thrown;
        }
    }

    private static void rollback(Connection connection, Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException alsoLost) {
            reason.addSuppressed(alsoLost); // a lost connection rolls back by itself
        }
    }

    /** Either what Siddhi repeats, thrown as checked, or what it does not, thrown as unchecked. */
    ConnectionUnavailableException failure(String what, SQLException thrown) {
        String message = owner + ": " + what + " failed: " + SqlFailure.describe(thrown);
        LOG.atDebug().addKeyValue("what", message).setCause(thrown).log("database failure");
        if (SqlFailure.of(thrown) == SqlFailure.CONNECTION) {
            return new ConnectionUnavailableException(message);
        }
        throw new DatabaseRuntimeException(message);
    }
}

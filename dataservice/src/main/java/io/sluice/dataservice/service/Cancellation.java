package io.sluice.dataservice.service;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops one running statement, and never the next one on the same connection. Thread-safe. */
final class Cancellation {

    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    private final Statement statement;
    private final Executor aside;
    private boolean over; // guarded by this

    Cancellation(Statement statement, Executor aside) {
        this.statement = statement;
        this.aside = aside;
    }

    /** Stops it from another thread; some drivers open a connection for that, so never on an event loop. */
    void cancel() {
        aside.execute(this::now);
    }

    /** Stops it; no harm if it has ended. */
    synchronized void now() {
        if (over) {
            return;
        }
        over = true;
        try {
            statement.cancel();
        } catch (SQLException refused) {
            LOG.atDebug().setCause(refused).log("statement could not be cancelled, it ends with its time-out");
        }
    }

    /** Says that the statement has ended; nothing is cancelled after this returned. */
    synchronized void over() {
        over = true;
    }
}

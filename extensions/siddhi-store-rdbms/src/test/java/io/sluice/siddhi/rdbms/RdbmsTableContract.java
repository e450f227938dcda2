package io.sluice.siddhi.rdbms;

import io.sluice.siddhi.kit.testing.StoreContract;
import java.util.concurrent.atomic.AtomicInteger;

/** What the store promises on every database, beside what every store promises. */
abstract class RdbmsTableContract extends StoreContract {

    private static final AtomicInteger TABLES = new AtomicInteger();

    protected abstract DatabaseServer server();

    @Override
    protected String storeAnnotation() {
        return server().store();
    }

    @Override
    protected String newTable() {
        return "Stock" + TABLES.incrementAndGet();
    }

    @Override
    protected void stopDatabase() throws Exception {
        server().down();
    }

    @Override
    protected void startDatabase() throws Exception {
        server().up();
    }

    @Override
    protected boolean belongsToTheStore(Thread thread) {
        return thread.getName().startsWith("HikariPool");
    }
}

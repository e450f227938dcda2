package io.sluice.siddhi.rdbms;

import io.sluice.siddhi.kit.testing.StoreContract;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The store on H2. */
class RdbmsTableTest extends StoreContract {

    private static final AtomicInteger TABLES = new AtomicInteger();
    private static H2Server h2;

    @BeforeAll
    static void start() throws Exception {
        h2 = H2Server.start();
    }

    @AfterAll
    static void stop() {
        h2.close();
    }

    @Override
    protected String storeAnnotation() {
        return h2.store();
    }

    @Override
    protected String newTable() {
        return "Stock" + TABLES.incrementAndGet();
    }

    @Override
    protected void stopDatabase() {
        h2.down();
    }

    @Override
    protected void startDatabase() throws Exception {
        h2.up();
    }

    @Override
    protected boolean belongsToTheStore(Thread thread) {
        return thread.getName().startsWith("HikariPool");
    }
}

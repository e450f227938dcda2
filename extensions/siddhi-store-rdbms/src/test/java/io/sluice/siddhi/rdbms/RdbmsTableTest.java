package io.sluice.siddhi.rdbms;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.H2Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The store on H2. */
class RdbmsTableTest extends RdbmsTableContract {

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
    protected DatabaseServer server() {
        return h2;
    }
}

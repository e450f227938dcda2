package io.sluice.siddhi.rdbms;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.MariaDbServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The store on MariaDb. */
class RdbmsTableMariaDbIT extends RdbmsTableContract {

    private static DatabaseServer server;

    @BeforeAll
    static void start() {
        server = DatabaseServer.orSkip("MariaDb", MariaDbServer::start);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected DatabaseServer server() {
        return server;
    }
}

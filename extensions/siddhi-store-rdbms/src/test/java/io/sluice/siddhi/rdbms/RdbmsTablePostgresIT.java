package io.sluice.siddhi.rdbms;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The store on Postgres. */
class RdbmsTablePostgresIT extends RdbmsTableContract {

    private static DatabaseServer server;

    @BeforeAll
    static void start() {
        server = DatabaseServer.orSkip("Postgres", PostgresServer::start);
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

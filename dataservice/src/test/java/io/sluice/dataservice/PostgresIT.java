package io.sluice.dataservice;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.PostgresServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;

class PostgresIT extends DatabaseContract {

    private DatabaseServer server;

    @Override
    Database open() {
        server = DatabaseServer.orSkip("PostgreSQL", PostgresServer::start);
        return Database.at(server.url(), server.user(), "");
    }

    @AfterAll
    void down() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    String[] kinds() {
        return new String[] {
            "CREATE TABLE kinds (a INT, b BOOLEAN, c DOUBLE PRECISION, d TIMESTAMP, e DATE, f TIME, g DECIMAL(20,5), h VARCHAR(40),"
                    + " i BYTEA, j BIGINT)",
            "INSERT INTO kinds VALUES (1, TRUE, 1.5, '2026-01-31 12:00:00', '2026-01-31', '12:00:00', 12345678901234.5,"
                    + " 'grüß 😀 ''x''', decode('cafe', 'hex'), 9007199254740993)"
        };
    }

    @Override
    String numbers(int count) {
        return "SELECT n FROM generate_series(1, " + count + ") s(n)";
    }

    @Override
    String[] reader() {
        return new String[] {"CREATE USER reader", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"};
    }

    @Override
    Database reading() {
        return Database.at(server.url(), "reader", "");
    }
}

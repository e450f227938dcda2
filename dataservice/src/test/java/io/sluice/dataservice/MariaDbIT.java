package io.sluice.dataservice;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.MariaDbServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;

class MariaDbIT extends DatabaseContract {

    private DatabaseServer server;

    @Override
    Database open() {
        server = DatabaseServer.orSkip("MariaDB", MariaDbServer::start);
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
            "CREATE TABLE kinds (a INT, b BOOLEAN, c DOUBLE, d DATETIME, e DATE, f TIME, g DECIMAL(20,5), h VARCHAR(40),"
                    + " i VARBINARY(10), j BIGINT)",
            "INSERT INTO kinds VALUES (1, TRUE, 1.5, '2026-01-31 12:00:00', '2026-01-31', '12:00:00', 12345678901234.5,"
                    + " 'grüß 😀 ''x''', X'CAFE', 9007199254740993)"
        };
    }

    @Override
    String numbers(int count) {
        return "SELECT seq AS n FROM seq_1_to_" + count;
    }

    @Override
    String[] reader() {
        return new String[0];
    }

    @Override
    Database reading() {
        return Database.at(server.url().replaceFirst("\\?.*", ""), "reader", "");
    }
}

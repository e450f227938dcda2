package io.sluice.runner.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.sluice.databases.DatabaseServer;
import io.sluice.databases.MariaDbServer;
import io.sluice.databases.PostgresServer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The table on the servers that people run. */
@Timeout(120)
class ErrorTableIT {

    @Test
    void keepsEntriesInMariaDb() throws Exception {
        keepsEntriesIn(DatabaseServer.orSkip("MariaDB", MariaDbServer::start));
    }

    @Test
    void keepsEntriesInPostgres() throws Exception {
        keepsEntriesIn(DatabaseServer.orSkip("PostgreSQL", PostgresServer::start));
    }

    private static void keepsEntriesIn(DatabaseServer server) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url());
        config.setUsername(server.user());
        config.setPassword("");
        try (server;
                HikariDataSource pool = new HikariDataSource(config)) {
            ErrorTable table = new ErrorTable(pool, "SLUICE_ERRORS");
            table.create();
            table.create(); // as the next process
            StoredError first = ErrorFilesTest.error(Long.MAX_VALUE >> 10, "{\"price\":\"5 \u20ac \ud83d\ude00\"}");
            StoredError large = ErrorFilesTest.error(first.id() + 1, "x".repeat(3_000_000));

            assertThat(table.insert(first)).isTrue();
            assertThat(table.insert(first)).isFalse();
            assertThat(table.insert(large)).isTrue();

            assertThat(table.find(first.id())).contains(first);
            assertThat(table.list(ErrorFilter.ALL, 10, 0)).containsExactly(first, large);
            assertThat(table.list(ErrorFilter.ALL, 10, 1)).containsExactly(large);
            assertThat(table.count(ErrorFilter.ofApp("My App"))).isEqualTo(2);
            assertThat(table.count(new ErrorFilter(
                            Optional.empty(), Optional.of("In"), Optional.of(ErrorOccurrence.STORE_ON_SINK_ERROR))))
                    .isZero();
            assertThat(table.fill()).isEqualTo(new ErrorTable.Fill(2, first.size() + large.size()));
            assertThat(table.oldest(1, 0)).isEqualTo(first.id() + 1);
            assertThat(table.oldest(0, first.size() + 1)).isEqualTo(large.id() + 1);
            assertThat(table.deleteBelow(large.id())).isEqualTo(1);
            assertThat(table.delete(large.id())).isTrue();
            assertThat(table.fill()).isEqualTo(new ErrorTable.Fill(0, 0));
        }
    }
}

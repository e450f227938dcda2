package io.sluice.dataservice;

import static io.sluice.dataservice.ReadIT.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowReaderIT {

    private static final String YAML = """
            service: endless
            datasource: results
            access: {public: true}
            limits: {max-rows: 100000000, concurrency: 1, timeout: 1s}
            resources:
              - path: /rows
                get: {sql: 'SELECT x FROM SYSTEM_RANGE(1, 100000000)'}
              - path: /late
                get: {sql: 'SELECT COUNT(*) AS n FROM SYSTEM_RANGE(1, 100000) a CROSS JOIN SYSTEM_RANGE(1, 100000) b'}
            """;

    @TempDir
    private Path folder;

    @Test
    void givesUpAReaderThatLeftOrTakesNothing() throws Exception {
        DataServiceConfig config = ServiceUnderTest.config();
        DataServiceConfig impatient = new DataServiceConfig(
                config.host(),
                0,
                null,
                config.reload(),
                config.trust(),
                config.identitySecret(),
                ServiceUnderTest.config().runner(),
                new DataServiceConfig.Limits(1, 1, 1, Duration.ofMillis(300), 100, 100));
        try (Database database = Database.h2();
                ServiceUnderTest service = ServiceUnderTest.with(folder, impatient, database, YAML)) {
            try (Socket leaving = open(service)) {
                assertThat(leaving.getInputStream().readNBytes(100_000)).hasSize(100_000);
                assertThat(service.get("/endless/rows")).satisfies(problem(429, "DAT-407"));
            }
            await().until(() -> cut(service) == 1);

            try (Socket sleeping = open(service)) {
                await().until(() -> cut(service) == 2);
                assertThat(sleeping.isConnected()).isTrue();
            }
            await().until(() -> database.source().getHikariPoolMXBean().getActiveConnections() == 0);
        }
    }

    @Test
    void answers504WhenTheDatabaseTakesTooLong() throws Exception {
        try (Database database = Database.h2();
                ServiceUnderTest service = ServiceUnderTest.with(folder, database, YAML)) {
            assertThat(service.get("/endless/late")).satisfies(problem(504, "DAT-402"));

            database.down(true);
            assertThat(service.get("/endless/late")).satisfies(problem(503, "DAT-401"));
        }
    }

    private static double cut(ServiceUnderTest service) {
        return service.meters
                .counter("dataservice.replies.cut", "service", "endless", "reason", "client")
                .count();
    }

    private static Socket open(ServiceUnderTest service) throws Exception {
        Socket socket = new Socket("127.0.0.1", service.service().port());
        String request = "GET /endless/rows HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}

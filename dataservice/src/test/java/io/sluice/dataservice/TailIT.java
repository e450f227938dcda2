package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.common.IdentityHeader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailIT {

    private static final String YAML = """
            service: log
            datasource: results
            access: {rows: 'tenant = :claim.tenant'}
            resources:
              - path: /log
                get:
                  sql: SELECT id, tenant, note FROM log
                  stream: {by: id, settle: 0s, poll: 50ms}
            """;

    @TempDir
    private Path folder;

    private Database database;
    private ServiceUnderTest service;

    @BeforeEach
    void open() throws Exception {
        database = Database.h2();
        database.run("CREATE TABLE log (id BIGINT PRIMARY KEY, tenant VARCHAR(5) NOT NULL, note VARCHAR(2000))");
        service = ServiceUnderTest.with(folder, database, YAML);
        assertThat(service.problems()).containsExactly("serving [log]");
    }

    @AfterEach
    void close() {
        service.close();
        database.close();
    }

    private Follower follow(Duration lifetime) throws Exception {
        return Follower.of(service, "/log/log", "Accept", "text/event-stream", "X-Sluice-Identity", identity(lifetime));
    }

    private static String identity(Duration lifetime) {
        return new IdentityHeader(ServiceUnderTest.SECRET, Clock.systemUTC())
                .sign(Map.of("sub", "ann", "tenant", "a"), lifetime);
    }

    private void restart(int tails) throws Exception {
        service.close();
        DataServiceConfig config = ServiceUnderTest.config();
        DataServiceConfig.Limits limits = new DataServiceConfig.Limits(4, 2, 16, Duration.ofMillis(500), tails, 1000);
        service = ServiceUnderTest.with(
                folder,
                new DataServiceConfig(
                        config.host(),
                        0,
                        null,
                        config.reload(),
                        config.trust(),
                        config.identitySecret(),
                        config.runner(),
                        limits),
                database,
                YAML);
    }

    @Test
    void showsOnlyTheRowsThatTheCallerMaySee() throws Exception {
        database.run("INSERT INTO log VALUES (1, 'a', 'x'), (2, 'b', 'y')");
        try (Follower follower = follow(Duration.ofMinutes(1))) {
            assertThat(follower.answer().headers().firstValue("Stream-Position"))
                    .hasValue("1");
            database.run("INSERT INTO log VALUES (3, 'b', 'y'), (4, 'a', 'x')");
            await().until(() -> follower.after("data: ").size() == 2);
            assertThat(follower.after("data: ")).noneMatch(data -> data.contains("\"b\""));
        }
    }

    @Test
    void endsWhenTheIdentityExpires() throws Exception {
        try (Follower follower = follow(Duration.ofSeconds(2))) {
            await().until(follower::ended);
            assertThat(follower.lines()).contains("event: end", "data: {\"reason\":\"identity expired\"}");
        }
        await().until(() -> tails() == 0);
    }

    @Test
    void endsWhenTheServiceFileChanges() throws Exception {
        try (Follower follower = follow(Duration.ofMinutes(1))) {
            service.rewrite(YAML.replace("id, tenant, note", "id, tenant"));
            await().until(follower::ended);
            assertThat(follower.lines()).contains("data: {\"reason\":\"service changed\"}");
        }
    }

    @Test
    void endsWithItsReasonWhenTheServiceStops() throws Exception {
        try (Follower follower = follow(Duration.ofMinutes(1))) {
            service.service().close();
            await().until(follower::ended);
            assertThat(follower.lines()).contains("data: {\"reason\":\"service stops\"}");
        }
    }

    @Test
    void tellsAProblemOfTheDatabaseAndCanBeTakenUpAgain() throws Exception {
        database.run("INSERT INTO log VALUES (1, 'a', 'x')");
        try (Follower follower = follow(Duration.ofMinutes(1))) {
            await().until(() -> follower.after("data: ").size() == 1);
            database.down(true);
            await().until(follower::ended);
            assertThat(follower.lines()).contains("event: problem");
            assertThat(follower.after("data: ").get(1)).contains("\"DAT-401\"");
        }
    }

    @Test
    void cutsAClientThatTakesNothing() throws Exception {
        restart(10);
        database.run("INSERT INTO log SELECT x, 'a', REPEAT('x', 2000) FROM SYSTEM_RANGE(1, 10000)");
        try (Socket sleeping = new Socket()) {
            sleeping.setReceiveBufferSize(4096);
            sleeping.connect(
                    new InetSocketAddress("127.0.0.1", service.service().port()));
            String request = "GET /log/log HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nX-Sluice-Identity: "
                    + identity(Duration.ofMinutes(1)) + "\r\n\r\n";
            sleeping.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            await().until(() -> tails() == 1);
            await().until(() -> tails() == 0);
        }
        try (Follower next = follow(Duration.ofMinutes(1))) {
            await().until(() -> next.after("data: ").size() == 10_000);
        }
    }

    @Test
    void takesNoMoreThanItHasPlacesFor() throws Exception {
        restart(1);
        try (Follower first = follow(Duration.ofMinutes(1))) {
            assertThat(first.answer().statusCode()).isEqualTo(200);
            try (Follower second = follow(Duration.ofMinutes(1))) {
                HttpResponse<?> refused = second.answer();
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            }
        }
        await().until(() -> tails() == 0);
    }

    private double tails() {
        return service.meters.get("dataservice.tails").gauge().value();
    }
}

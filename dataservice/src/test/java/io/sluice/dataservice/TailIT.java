package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.common.IdentityHeader;
import java.net.http.HttpResponse;
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
        String identity = new IdentityHeader(ServiceUnderTest.SECRET, Clock.systemUTC())
                .sign(Map.of("sub", "ann", "tenant", "a"), lifetime);
        return Follower.of(service, "/log/log", "Accept", "text/event-stream", "X-Sluice-Identity", identity);
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
    void takesNoMoreThanItHasPlacesFor() throws Exception {
        service.close();
        DataServiceConfig config = ServiceUnderTest.config();
        DataServiceConfig.Limits few = new DataServiceConfig.Limits(4, 2, 16, Duration.ofMillis(500), 1, 1000);
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
                        few),
                database,
                YAML);
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

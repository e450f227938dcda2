package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.transport.InMemoryBroker;
import io.sluice.common.DataSize;
import io.sluice.common.HealthChecks;
import io.sluice.common.Secret;
import io.sluice.runner.admin.AdminServer;
import io.sluice.runner.admin.TokenPermissions;
import io.sluice.runner.errors.ErrorRoutes;
import io.sluice.runner.errors.ErrorStoreConfig;
import io.sluice.runner.host.TestExtensions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What failed is shown over HTTP and given back to a running app. */
@Timeout(60)
class ErrorReplayIT {

    private static final String ENTRIES = "/error-handler/error-entries";
    private static final String APP = "@App:name('Orders')"
            + " @source(type='inMemory', topic='replay-it', @map(type='json', @attributes(v='$.v')))"
            + " define stream In (v long);"
            + " @source(type='inMemory', topic='replay-it-boom', @map(type='passThrough')) define stream Risky (v long);"
            + " @sink(type='moody', to='{{v}}', on.error='STORE', @map(type='json'))"
            + " @sink(type='inMemory', topic='replay-it-out', @map(type='passThrough'))"
            + " define stream Out (v long, by string);"
            + " from In select v, 'mapped' as by insert into Out;"
            + " from Risky select test:boom(v) as v, 'risky' as by insert into Out;";

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HealthChecks health = new HealthChecks();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<List<Object>> out = new CopyOnWriteArrayList<>();
    private final InMemoryBroker.Subscriber subscriber = new InMemoryBroker.Subscriber() {
        @Override
        public void onMessage(Object message) {
            Event[] events = message instanceof Event one ? new Event[] {one} : (Event[]) message;
            for (Event event : events) {
                out.add(List.of(event.getData()));
            }
        }

        @Override
        public String getTopic() {
            return "replay-it-out";
        }
    };
    private Runner runner;
    private AdminServer admin;

    @BeforeEach
    void start() throws Exception {
        MoodySink.SENT.clear();
        InMemoryBroker.subscribe(subscriber);
        Files.createDirectory(folder.resolve("apps"));
        Files.writeString(folder.resolve("apps/Orders.siddhi"), APP);
        RunnerConfig config = new RunnerConfig(
                folder.resolve("apps"),
                Map.of(),
                null,
                new InboxConfig(64, 4),
                new ErrorStoreConfig(
                        null,
                        "SLUICE_ERRORS",
                        1_000,
                        new DataSize(1 << 20),
                        Duration.ofDays(1),
                        "errors",
                        new DataSize(1 << 20),
                        2),
                new CheckpointConfig(Duration.ofSeconds(1), 3, "checkpoints", null),
                AdminConfig.ANY_PORT,
                Duration.ZERO,
                Duration.ofSeconds(10));
        runner = new Runner(
                config,
                new DataSources(Map.of(), health, meters),
                SiddhiConfig.NONE,
                folder,
                vertx,
                meters,
                health,
                manager -> {
                    TestExtensions.addTo(manager);
                    manager.setExtension("sink:moody", MoodySink.class);
                });
        runner.start();
        AdminConfig users = new AdminConfig(
                "127.0.0.1",
                0,
                List.of(
                        new AdminConfig.User("viewer", new Secret("look"), List.of(AdminConfig.VIEW)),
                        new AdminConfig.User("operator", new Secret("act"), List.of(AdminConfig.MANAGE))),
                false,
                new DataSize(1 << 20),
                10,
                Duration.ofSeconds(5));
        admin = new AdminServer(
                users,
                folder,
                vertx,
                meters,
                TokenPermissions.NONE,
                List.of(new ErrorRoutes(runner::errors, runner::replay)));
        admin.start();
        await().until(() -> meters.get("runner.errors.reachable").gauge().value() == 1);
    }

    @AfterEach
    void close() {
        System.clearProperty(MoodySink.MOOD);
        InMemoryBroker.unsubscribe(subscriber);
        admin.close();
        runner.close();
        vertx.close();
    }

    private HttpResponse<String> send(String user, String method, String path, String body) throws Exception {
        String credentials = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return client.send(
                HttpRequest.newBuilder(URI.create(admin.address() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Authorization", "Basic " + credentials)
                        .header("Content-Type", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonArray entries() throws Exception {
        HttpResponse<String> answer = send("viewer:look", "GET", ENTRIES + "?siddhiApp=Orders&descriptive=true", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonArray(answer.body());
    }

    private JsonObject only() throws Exception {
        JsonArray found = entries();
        assertThat(found).hasSize(1);
        return found.getJsonObject(0);
    }

    private HttpResponse<String> replay(Object... items) throws Exception {
        return send("operator:act", "POST", "/error-handler", new JsonArray(List.of(items)).encode());
    }

    private JsonObject inspect(long id) throws Exception {
        return new JsonObject(send("viewer:look", "GET", ENTRIES + "/" + id, "").body());
    }

    @Test
    void givesAnEditedPayloadToTheMapperThatRefusedIt() throws Exception {
        InMemoryBroker.publish("replay-it", "{\"v\":");
        JsonObject entry = only();
        assertThat(entry.getString("errorOccurrence")).isEqualTo("BEFORE_SOURCE_MAPPING");
        assertThat(entry.getString("originalPayload")).isEqualTo("{\"v\":");
        long id = entry.getLong("id");

        HttpResponse<String> asItWas = replay(id);
        assertThat(asItWas.statusCode()).isEqualTo(422);
        assertThat(asItWas.body()).contains("failed again");
        JsonObject wrapper = inspect(id).put("modifiablePayloadString", "{\"v\":7}");
        wrapper.getJsonObject("errorEntry").put("eventAsBytes", "rO0ABXNyAA==");
        HttpResponse<String> edited = replay(wrapper);

        assertThat(edited.statusCode()).as(edited.body()).isEqualTo(200);
        assertThat(out).containsExactly(List.of(7L, "mapped"));
        assertThat(entries()).isEmpty();
    }

    @Test
    void givesEventsToTheirStreamAgain() throws Exception {
        InMemoryBroker.publish("replay-it-boom", new Event(5, new Object[] {13L})); // test:boom throws on 13
        JsonObject entry = only();
        assertThat(entry.getString("streamName")).isEqualTo("Risky");
        JsonObject wrapper = inspect(entry.getLong("id"));
        assertThat(wrapper.getString("modifiablePayloadString")).isEqualTo("[{\"timestamp\":5,\"data\":[13]}]");

        assertThat(replay(wrapper).statusCode()).isEqualTo(422);
        assertThat(only().getLong("id")).isEqualTo(entry.getLong("id"));
        wrapper.put("modifiablePayloadString", "[{\"timestamp\":5,\"data\":[\"x\"]}]");
        assertThat(replay(wrapper).body()).contains("the value of 'v' is no long");
        wrapper.put("modifiablePayloadString", "[{\"timestamp\":5,\"data\":[14]}]");
        assertThat(replay(wrapper).statusCode()).isEqualTo(200);

        assertThat(out).containsExactly(List.of(14L, "risky"));
        assertThat(entries()).isEmpty();
    }

    @Test
    void givesAMessageToTheSinkThatCouldNotSendItAndToNoOther() throws Exception {
        System.setProperty(MoodySink.MOOD, "down");
        InMemoryBroker.publish("replay-it-boom", new Event(5, new Object[] {8L}));
        InMemoryBroker.publish("replay-it-boom", new Event(5, new Object[] {9L})); // while the sink reconnects
        JsonArray lost = entries();
        assertThat(lost).hasSize(2);
        assertThat(lost.getJsonObject(0).getString("part")).isEqualTo("moody/0");
        long first = lost.getJsonObject(0).getLong("id");
        long second = lost.getJsonObject(1).getLong("id");

        assertThat(replay(first).statusCode()).isEqualTo(422);
        assertThat(entries()).hasSize(2);
        System.clearProperty(MoodySink.MOOD);
        await().atMost(Duration.ofSeconds(30)).until(() -> replay(first).statusCode() == 200);
        assertThat(replay(second).statusCode()).isEqualTo(200);

        assertThat(MoodySink.SENT)
                .hasSize(2)
                .first()
                .asString()
                .startsWith("8:")
                .contains("\"v\":8");
        assertThat(out).hasSize(2); // as before the replay
        assertThat(entries()).isEmpty();
    }

    @Test
    void countsDiscardsAndPurgesOnlyForWhoMay() throws Exception {
        for (int i = 0; i < 3; i++) {
            InMemoryBroker.publish("replay-it", "{" + i);
        }
        long id = entries().getJsonObject(0).getLong("id");

        assertThat(client.send(
                                HttpRequest.newBuilder(URI.create(admin.address() + ENTRIES + "/count"))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("viewer:look", "GET", ENTRIES + "/count?siddhiApp=Orders", "")
                        .body())
                .isEqualTo("{\"entriesCount\":3}");
        assertThat(send("viewer:look", "GET", ENTRIES + "/count?siddhiApp=Other", "")
                        .body())
                .isEqualTo("{\"entriesCount\":0}");
        assertThat(send("viewer:look", "DELETE", ENTRIES + "/" + id, "").statusCode())
                .isEqualTo(403);
        assertThat(send("operator:act", "DELETE", ENTRIES + "/" + id, "").statusCode())
                .isEqualTo(200);
        assertThat(send("operator:act", "DELETE", ENTRIES + "/" + id, "").statusCode())
                .isEqualTo(404);
        assertThat(send("operator:act", "DELETE", ENTRIES, "").statusCode()).isEqualTo(400);
        assertThat(send("operator:act", "DELETE", ENTRIES + "?retentionDays=1", "")
                        .body())
                .isEqualTo("{\"removed\":0}");
        assertThat(send("operator:act", "DELETE", ENTRIES + "?siddhiApp=Orders", "")
                        .body())
                .isEqualTo("{\"removed\":2}");
        assertThat(send("viewer:look", "GET", ENTRIES + "?errorOccurrence=NOPE", "")
                        .statusCode())
                .isEqualTo(400);
    }
}

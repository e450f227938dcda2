package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.transport.InMemoryBroker;
import io.siddhi.core.util.transport.SubscriberUnAvailableException;
import io.sluice.common.DataSize;
import io.sluice.common.HealthChecks;
import io.sluice.common.Secret;
import io.sluice.runner.admin.Access;
import io.sluice.runner.admin.AdminRouter;
import io.sluice.runner.admin.AdminServer;
import io.sluice.runner.admin.HealthRoutes;
import io.sluice.runner.admin.QueryRoutes;
import io.sluice.runner.admin.RouteGroup;
import io.sluice.runner.admin.TokenPermissions;
import io.sluice.runner.errors.ErrorRoutes;
import io.sluice.runner.errors.ErrorStoreConfig;
import io.sluice.runner.host.TestExtensions;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The apps of a runner, changed by a folder and over HTTP while they run. */
@Timeout(900)
class AppRoutesIT {

    private static final int VERSIONS = Integer.getInteger("sluice.redeploys", 20); // good ones, each with a bad one
    private static final String OPERATOR = "operator:act";
    private static final String VIEWER = "viewer:look";

    @TempDir
    Path home;

    private final Vertx vertx = Vertx.vertx();
    private final HealthChecks health = new HealthChecks();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<List<Object>> out = new CopyOnWriteArrayList<>();
    private final InMemoryBroker.Subscriber subscriber = new InMemoryBroker.Subscriber() {
        @Override
        public void onMessage(Object message) {
            out.add(List.of(((Event) message).getData()));
        }

        @Override
        public String getTopic() {
            return "app-routes-out";
        }
    };
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Path apps;
    private Runner runner;
    private AdminServer admin;

    @BeforeEach
    void open() throws Exception {
        apps = Files.createDirectory(home.resolve("apps"));
        InMemoryBroker.subscribe(subscriber);
        RunnerConfig config = new RunnerConfig(
                apps,
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
                new CheckpointConfig(Duration.ofMinutes(5), 5, "checkpoints", null),
                AdminConfig.ANY_PORT,
                Duration.ofMillis(100),
                Duration.ofSeconds(10));
        runner = new Runner(
                config,
                new DataSources(Map.of(), health, meters),
                SiddhiConfig.NONE,
                home,
                vertx,
                meters,
                health,
                TestExtensions::addTo);
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
        List<RouteGroup> groups = new ArrayList<>(runner.appRoutes());
        groups.add(new HealthRoutes(health));
        groups.add(new QueryRoutes(runner::host, users, threads));
        groups.add(new ErrorRoutes(runner::errors, runner::replay));
        admin = new AdminServer(users, home, vertx, meters, TokenPermissions.NONE, groups);
        admin.start();
    }

    @AfterEach
    void close() {
        InMemoryBroker.unsubscribe(subscriber);
        admin.close();
        runner.close();
        threads.shutdownNow();
        vertx.close();
    }

    /** Sums up what it gets and says which version of it did. */
    private static String counting(String version) {
        return "@App:name('Sum')\n@source(type='inMemory', topic='app-routes-in', api.key='hidden1', @map(type='passThrough'))\n"
                + "define stream In (v long);\n@sink(type='inMemory', topic='app-routes-out', @map(type='passThrough'))\n"
                + "define stream Out (version string, total long);\ndefine table Kept (v long);\n"
                + "define window Recent (v long) length(3) output all events;\n"
                + "@info(name='sums') from In select v, sum(v) as total insert into Totals;\n"
                + "@info(name='says') from Totals select '" + version + "' as version, total insert into Out;\n"
                + "@info(name='keeps') from In select v insert into Kept;\n";
    }

    private List<Object> answerTo(long value) throws SubscriberUnAvailableException {
        int before = out.size();
        InMemoryBroker.publish("app-routes-in", new Event(System.currentTimeMillis(), new Object[] {value}));
        await().until(() -> out.size() > before);
        return out.get(out.size() - 1);
    }

    private HttpResponse<String> send(String user, String method, String path, String body) throws Exception {
        String credentials = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return client.send(
                HttpRequest.newBuilder(URI.create(admin.address() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Authorization", "Basic " + credentials)
                        .header("Content-Type", body.startsWith("{") ? "application/json" : "text/plain")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> operate(String method, String path, String body) throws Exception {
        return send(OPERATOR, method, path, body);
    }

    private Object get(String path) throws Exception {
        HttpResponse<String> response = send(VIEWER, "GET", path, "");
        assertThat(response.statusCode()).as(path + response.body()).isEqualTo(200);
        return Json.decodeValue(response.body());
    }

    private static String code(HttpResponse<String> response) {
        return response.statusCode() + " " + new JsonObject(response.body()).getString("code");
    }

    @Test
    void createsUpdatesAndDeletesAnApp() throws Exception {
        HttpResponse<String> created = operate("POST", "/siddhi-apps", counting("one"));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).hasValue("/siddhi-apps/Sum");
        assertThat(answerTo(1)).containsExactly("one", 1L);
        assertThat(apps.resolve("Sum.siddhi")).hasContent(counting("one"));

        assertThat(code(operate("POST", "/siddhi-apps", counting("two")))).isEqualTo("409 RUN-302");
        assertThat(operate("PUT", "/siddhi-apps", counting("two")).statusCode()).isEqualTo(200);
        assertThat(answerTo(2)).containsExactly("two", 3L);

        assertThat(operate("DELETE", "/siddhi-apps/Sum", "").statusCode()).isEqualTo(200);
        assertThat(files()).isEmpty();
        assertThat(get("/siddhi-apps")).isEqualTo(new JsonArray());
        assertThat(code(operate("DELETE", "/siddhi-apps/Sum", ""))).isEqualTo("404 RUN-301");
        assertThat(operate("PUT", "/siddhi-apps", counting("three")).statusCode())
                .isEqualTo(201);
    }

    @Test
    void refusesBadTextsAndLeavesAllAsItWas() throws Exception {
        operate("POST", "/siddhi-apps", counting("one"));

        HttpResponse<String> bad =
                operate("PUT", "/siddhi-apps", counting("two").replace("sum(v)", "sun(v)"));
        assertThat(code(bad)).isEqualTo("400 RUN-303");
        assertThat(bad.body()).contains("sun");
        assertThat(code(operate("POST", "/siddhi-apps", "define stream X (a int);")))
                .isEqualTo("400 RUN-303");
        assertThat(code(operate("POST", "/siddhi-apps", "@App:name('../X') define stream X (a int);")))
                .isEqualTo("400 RUN-303");
        assertThat(code(operate("POST", "/siddhi-apps", "{}"))).isEqualTo("415 RUN-203");
        assertThat(code(send(VIEWER, "POST", "/siddhi-apps", counting("x")))).isEqualTo("403 RUN-103");

        assertThat(answerTo(1)).containsExactly("one", 1L);
        assertThat(files()).containsExactly("Sum.siddhi");
        assertThat(get("/siddhi-apps/Sum/status")).isEqualTo(new JsonObject().put("status", "active"));
    }

    @Test
    void tellsWhatIsThere() throws Exception {
        operate("POST", "/siddhi-apps", counting("one"));
        Files.writeString(apps.resolve("Broken.siddhi"), "@App:name('Broken') define nonsense;");
        await().until(() -> get("/siddhi-apps/count").equals(2));

        assertThat(get("/siddhi-apps")).isEqualTo(new JsonArray().add("Broken").add("Sum"));
        assertThat(get("/siddhi-apps?isActive=true")).isEqualTo(new JsonArray().add("Sum"));
        assertThat(get("/siddhi-apps?isActive=false")).isEqualTo(new JsonArray().add("Broken"));
        assertThat(((JsonObject) get("/siddhi-apps/Broken/status")).getString("reason"))
                .contains("nonsense");
        assertThat(get("/siddhi-apps/Sum/isExists")).isEqualTo(true);
        assertThat(get("/siddhi-apps/Other/isExists")).isEqualTo(false);
        assertThat(new JsonObject(operate("GET", "/siddhi-apps/Sum", "").body()).getString("content"))
                .isEqualTo(counting("one"));
        assertThat(get("/siddhi-apps/Sum").toString()).doesNotContain("hidden1");
        assertThat(code(send(VIEWER, "GET", "/siddhi-apps/Other", ""))).isEqualTo("404 RUN-301");
        JsonObject first = ((JsonArray) get("/siddhi-apps/statistics?isActive=true")).getJsonObject(0);
        assertThat(first.getString("appName") + first.getString("status")).isEqualTo("Sumactive");
        assertThat(first.getLong("age")).isNotNegative();
    }

    @Test
    void listsTheElementsOfApps() throws Exception {
        operate("POST", "/siddhi-apps", counting("one"));

        JsonArray flow = (JsonArray) get("/siddhi-apps/Sum/elements");
        assertThat(flow.size()).isEqualTo(3);
        assertThat(flow.getJsonObject(2))
                .isEqualTo(new JsonObject()
                        .put("inputStreamId", "In")
                        .put("inputStreamType", "stream")
                        .put("outputStreamId", "Kept")
                        .put("outputStreamType", "table")
                        .put("query", "@info(name='keeps') from In select v insert into Kept")
                        .put("queryName", "keeps"));
        JsonArray sources = (JsonArray) get("/siddhi-apps/sources");
        assertThat(sources.getJsonObject(0).getString("streamId")).isEqualTo("In");
        assertThat(sources.getJsonObject(0).getString("query")).startsWith("@source(type='inMemory'");
        assertThat(sources.toString()).doesNotContain("hidden1");
        assertThat(((JsonArray) get("/siddhi-apps/sinks")).getJsonObject(0).getString("type"))
                .isEqualTo("inMemory");
        assertThat(((JsonArray) get("/siddhi-apps/queries")).size()).isEqualTo(3);
        assertThat(((JsonArray) get("/siddhi-apps/tables")).getJsonObject(0).getString("id"))
                .isEqualTo("Kept");
        assertThat(((JsonArray) get("/siddhi-apps/windows")).getJsonObject(0).getString("id"))
                .isEqualTo("Recent");
        assertThat(get("/siddhi-apps/aggregations")).isEqualTo(new JsonArray());
    }

    @Test
    void describesEachRouteAndNoOther() throws Exception {
        JsonObject paths = ((JsonObject) get("/openapi.json")).getJsonObject("paths");
        Set<String> served = new TreeSet<>();
        for (AdminRouter.Route route : admin.routes()) {
            String path = route.path().replaceAll(":(\\w+)", "{$1}");
            String method = route.method().name().toLowerCase(Locale.ROOT);
            JsonObject operation = paths.getJsonObject(path).getJsonObject(method);
            served.add(method + " " + path);
            assertThat(operation.getString("summary")).as(method + " " + path).isNotBlank();
            assertThat(operation.containsKey("security")).isEqualTo(route.access() != Access.OPEN);
            long named = route.path().chars().filter(letter -> letter == ':').count();
            assertThat(operation.getJsonArray("parameters").stream()
                            .filter(one -> "path".equals(((JsonObject) one).getString("in"))))
                    .as("parameters of " + path)
                    .hasSize((int) named);
        }
        Set<String> described = new TreeSet<>();
        for (String path : paths.fieldNames()) {
            paths.getJsonObject(path).fieldNames().forEach(method -> described.add(method + " " + path));
        }
        assertThat(described).isEqualTo(served);
    }

    @Test
    void setsHowMuchTheEngineCounts() throws Exception {
        operate(
                "POST",
                "/siddhi-apps",
                "@App:name('Counted') @App:statistics(reporter='jmx') define stream In (v long);");

        assertThat(operate("PUT", "/siddhi-apps/Counted/statistics", "{\"enabledStatLevel\":\"DETAIL\"}")
                        .statusCode())
                .isEqualTo(200);
        JsonObject counted = ((JsonArray) get("/siddhi-apps/statistics")).getJsonObject(0);
        assertThat(counted.getJsonObject("siddhiStatEnabledLevel").getString("name"))
                .isEqualTo("DETAIL");

        assertThat(operate("PUT", "/siddhi-apps/statistics", "{\"statsEnable\":false}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(((JsonArray) get("/siddhi-apps/statistics")).getJsonObject(0).getBoolean("isStatEnabled"))
                .isFalse();
        assertThat(code(operate("PUT", "/siddhi-apps/Counted/statistics", "{}")))
                .isEqualTo("400 RUN-201");
        assertThat(code(operate("PUT", "/siddhi-apps/Other/statistics", "{\"statsEnable\":true}")))
                .isEqualTo("404 RUN-301");
    }

    @Test
    void stopsAndStartsAnApp() throws Exception {
        operate("POST", "/siddhi-apps", counting("one"));
        answerTo(5);

        assertThat(operate("PUT", "/siddhi-apps/Sum", "{\"action\":\"deactivate\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/siddhi-apps/Sum/status")).isEqualTo(new JsonObject().put("status", "inactive"));
        assertThat(code(operate("POST", "/siddhi-apps/Sum/backup", ""))).isEqualTo("409 RUN-306");
        assertThat(operate("PUT", "/siddhi-apps/Sum", "{\"action\":\"activate\"}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(answerTo(1)).containsExactly("one", 6L);
        assertThat(code(operate("PUT", "/siddhi-apps/Sum", "{\"action\":\"dance\"}")))
                .isEqualTo("400 RUN-201");
    }

    @Test
    void goesBackToARevision() throws Exception {
        operate("POST", "/siddhi-apps", counting("one"));
        answerTo(5);
        HttpResponse<String> backup = operate("POST", "/siddhi-apps/Sum/backup", "");
        assertThat(backup.statusCode()).isEqualTo(201);
        String revision = new JsonObject(backup.body()).getString("revision");
        answerTo(7);

        assertThat(get("/siddhi-apps/Sum/revisions").toString()).contains(revision);
        assertThat(operate("POST", "/siddhi-apps/Sum/restore?revision=" + revision, "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(answerTo(1)).containsExactly("one", 6L);
        assertThat(operate("POST", "/siddhi-apps/Sum/restore?version=" + revision, "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(answerTo(2)).containsExactly("one", 7L);
        assertThat(code(operate("POST", "/siddhi-apps/Sum/restore?revision=1", "")))
                .isEqualTo("404 RUN-501");

        assertThat(operate("DELETE", "/siddhi-apps/Sum/revisions", "").statusCode())
                .isEqualTo(200);
        assertThat(get("/siddhi-apps/Sum/revisions")).isEqualTo(new JsonArray());
        assertThat(answerTo(3)).containsExactly("one", 3L);
        assertThat(operate("DELETE", "/siddhi-apps/revisions", "").statusCode()).isEqualTo(200);
        assertThat(answerTo(4)).containsExactly("one", 4L);
    }

    @Test
    void followsTheFolder() throws Exception {
        Path file = apps.resolve("Sum.siddhi");
        Files.writeString(file, counting("one"));
        await().until(() -> isRunning());
        Files.writeString(apps.resolve(".Sum.siddhi"), "no app");
        Files.writeString(apps.resolve("Sum.siddhi~"), "no app");
        assertThat(answerTo(1)).containsExactly("one", 1L);

        assertThat(after(file, counting("two"))).isInstanceOf(AppCatalog.State.Running.class);
        assertThat(answerTo(0)).containsExactly("two", 1L);
        Files.delete(file);

        await().until(() -> runner.catalog().all().isEmpty());
    }

    /** Good and bad versions in turn. The bad ones cannot be parsed, cannot be built, or fail in their start. */
    @Test
    void neverRunsAWrongVersionAndLeavesNoThread() throws Exception {
        Path file = apps.resolve("Sum.siddhi");
        Files.writeString(file, counting("v0"));
        await().until(() -> isRunning());
        List<String> bad = List.of(
                counting("bad").replace("define stream In", "define nonsense In"),
                counting("bad").replace("sum(v)", "sum(w)"),
                counting("bad") + "@source(type='push', id='p', broken.part='not today', @map(type='passThrough'))"
                        + " define stream Pushed (v long);");
        long total = 0;
        int threads = 0;
        for (int version = 1; version <= VERSIONS; version++) {
            assertThat(after(file, counting("v" + version))).isInstanceOf(AppCatalog.State.Running.class);
            total += version;
            assertThat(answerTo(version)).containsExactly("v" + version, total);

            assertThat(after(file, bad.get(version % bad.size()))).isInstanceOf(AppCatalog.State.Kept.class);
            total += version;
            assertThat(answerTo(version)).containsExactly("v" + version, total);
            assertThat(health.states().get("app:Sum").up()).isTrue();
            assertThat(health.states().get("app:Sum").detail()).contains("refused");
            if (version == bad.size()) {
                threads = settledThreads();
            }
        }
        assertThat(out).noneMatch(answer -> answer.get(0).equals("bad"));
        int allowed = threads;
        await().atMost(Duration.ofSeconds(10)).until(() -> Thread.activeCount() <= allowed);
    }

    /** How the app stands once the runner has dealt with the new text of its file. */
    private AppCatalog.State after(Path file, String text) throws IOException {
        AppCatalog.Entry before = runner.catalog().find("Sum").orElseThrow();
        replace(file, text);
        return await().until(() -> runner.catalog().find("Sum").orElse(before), entry -> !entry.equals(before))
                .state();
    }

    private static int settledThreads() {
        int before = Thread.activeCount();
        await().pollDelay(Duration.ofSeconds(3)).until(() -> Thread.activeCount() <= before);
        return Thread.activeCount();
    }

    private AppCatalog.State state() {
        return runner.catalog().find("Sum").map(AppCatalog.Entry::state).orElse(null);
    }

    private boolean isRunning() {
        return state() instanceof AppCatalog.State.Running;
    }

    private void replace(Path file, String text) throws IOException {
        Path temporary = Files.writeString(home.resolve("next"), text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(apps)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }
}

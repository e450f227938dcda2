package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.transport.InMemoryBroker;
import io.siddhi.core.util.transport.SubscriberUnAvailableException;
import io.sluice.common.DataSize;
import io.sluice.common.HealthChecks;
import io.sluice.common.Secret;
import io.sluice.runner.errors.ErrorFilter;
import io.sluice.runner.errors.ErrorStoreConfig;
import io.sluice.runner.errors.StoredError;
import io.sluice.runner.host.TestExtensions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with apps of every kind: good, broken, incomplete, and one whose start fails. */
class RunnerIT {

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final HealthChecks health = new HealthChecks();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Object> out = new CopyOnWriteArrayList<>();
    private final InMemoryBroker.Subscriber subscriber = new InMemoryBroker.Subscriber() {
        @Override
        public void onMessage(Object message) {
            out.add(((Event) message).getData(0));
        }

        @Override
        public String getTopic() {
            return "runner-it-out";
        }
    };
    private DataSources pools;
    private final Map<String, DataSourceConfig> dataSources = new HashMap<>();
    private SiddhiConfig siddhi = SiddhiConfig.NONE;
    private Runner runner;

    @BeforeEach
    void subscribe() throws IOException {
        InMemoryBroker.subscribe(subscriber);
        Files.createDirectory(folder.resolve("apps"));
        app(
                "Good",
                "@App:name('Good') @source(type='inMemory', topic='runner-it-in', @map(type='passThrough'))"
                        + " define stream In (v long); @sink(type='inMemory', topic='${OUT}', @map(type='passThrough'))"
                        + " define stream Out (v long); from In select test:boom(v) as v insert into Out;");
    }

    @AfterEach
    void close() {
        InMemoryBroker.unsubscribe(subscriber);
        if (runner != null) {
            runner.close();
        }
        if (pools != null) {
            pools.close();
        }
        vertx.close();
    }

    private void app(String name, String text) throws IOException {
        Files.writeString(folder.resolve("apps").resolve(name + ".siddhi"), text);
    }

    private Runner start() throws IOException {
        RunnerConfig config = new RunnerConfig(
                folder.resolve("apps"),
                Map.of("OUT", "runner-it-out"),
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
        pools = new DataSources(dataSources, health, meters);
        pools.start();
        runner = new Runner(config, pools, siddhi, folder, vertx, meters, health, TestExtensions::addTo);
        runner.start();
        return runner;
    }

    /** The entries of an app, once the store has taken in what was written to files before it was open. */
    private List<String> stored(String app) {
        return await()
                .until(
                        () -> runner.errors().orElseThrow().list(ErrorFilter.ofApp(app), 100, 0),
                        found -> !found.isEmpty())
                .stream()
                .map(StoredError::toString)
                .toList();
    }

    private static void send(long value) throws SubscriberUnAvailableException {
        InMemoryBroker.publish("runner-it-in", new Event(1, new Object[] {value}));
    }

    @Test
    void runsTheGoodAppAndReportsTheOthers() throws Exception {
        app("Broken", "@App:name('Broken')\ndefine stream In (v long;\n");
        app("Foreign", "@App:name('Foreign')\n@source(type='foo')\ndefine stream In (v long);");
        app(
                "Refused",
                "@App:name('Refused')\n@source(type='push', id='x', refuse='port 8006 is in use')\ndefine stream In (v long);");
        app("Nameless", "define stream In (v long);");

        start();
        send(7);

        assertThat(out).containsExactly(7L);
        assertThat(runner.catalog().find("Good").orElseThrow().state()).isEqualTo(new AppCatalog.State.Running());
        assertThat(reason("Broken")).contains("Broken.siddhi:2:");
        assertThat(reason("Foreign"))
                .endsWith(
                        "Foreign.siddhi:2:1: no extension 'source:foo' is installed."
                                + " Get its jar from whoever made it and put it into the folder 'extensions' of the home folder");
        assertThat(reason("Refused"))
                .endsWith("Refused.siddhi:1:1: source 'push' of stream 'In' could not be opened:"
                        + " port 8006 is in use");
        assertThat(reason("Nameless")).endsWith("the app has no name; begin the file with @App:name('Nameless')");
        Map<String, HealthChecks.State> states = health.states();
        assertThat(states.get("app:Good")).isEqualTo(new HealthChecks.State(true, "running"));
        assertThat(states.get("app:Refused").up()).isFalse();
        assertThat(states.get("app:Refused").detail()).contains("port 8006 is in use");
    }

    @Test
    void keepsWhatAQueryCouldNotProcess() throws Exception {
        start();

        send(13); // test:boom throws on 13
        send(14);

        assertThat(out).containsExactly(14L);
        assertThat(stored("Good"))
                .singleElement()
                .asString()
                .contains("stream=In", "STORE_ON_STREAM_ERROR", "boom", "\"data\":[13]");
    }

    @Test
    void keepsWhatFailsBehindAnAsynchronousStream() throws Exception {
        app(
                "Async",
                "@App:name('Async') @source(type='inMemory', topic='runner-it-in', @map(type='passThrough'))"
                        + " @async(buffer.size='64', workers='2') @OnError(action='STORE') define stream In (v long);"
                        + " from In select test:boom(v) as v insert into End;");
        start();

        send(13); // the engine's own workers would drop it

        assertThat(stored("Async")).singleElement().asString().contains("stream=In", "boom", "\"data\":[13]");
    }

    @Test
    void keepsWhatFailsBehindAStreamThatNobodyDefined() throws Exception {
        app(
                "Implied",
                "@App:name('Implied') @source(type='inMemory', topic='runner-it-in', @map(type='passThrough'))"
                        + " define stream In (v long); from In select v insert into Middle;"
                        + " from Middle select test:boom(v) as v insert into End;"
                        + " partition with (v of In) begin from In select v insert into #Inner;"
                        + " from #Inner select test:boom(v) as v insert into End; end;");
        start();

        send(13); // test:boom throws an exception on 13
        send(66); // and an error on 66

        assertThat(stored("Implied"))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("stream=Middle", "boom", "\"data\":[13]"))
                .anySatisfy(line -> assertThat(line).contains("Inner", "boom", "\"data\":[13]"))
                .anySatisfy(line -> assertThat(line).contains("stream=In", "gone", "\"data\":[66]"));
    }

    @Test
    void quotesNoPasswordOfAnAppThatDoesNotStart() throws Exception {
        app(
                "Secret",
                "@App:name('Secret')\n@source(type='push', id='y', password='hunter2', refuse='no login with hunter2')\n"
                        + "define stream In (v long);");
        app(
                "Part",
                "@App:name('Part')\n@source(type='push', id='z', api.key='hunter2', broken.part='bad key hunter2')\n"
                        + "define stream In (v long);");
        try (LoggedText log = new LoggedText()) {
            start();

            assertThat(reason("Secret")).endsWith("could not be opened: no login with ***");
            assertThat(reason("Part")).endsWith("did not start: bad key ***");
            assertThat(health.states().toString()).contains("no login with ***").doesNotContain("hunter2");
            assertThat(log.text()).contains("no login with ***").doesNotContain("hunter2");
        }
    }

    @Test
    void refusesAFileThatIsNotNamedAsItsApp() throws IOException {
        app("Other", "@App:name('Good') define stream In (v long);");

        start();

        assertThat(reason("Other")).contains("is named 'Good', but its file 'Other.siddhi'");
        assertThat(runner.catalog().find("Good").orElseThrow().file()).hasFileName("Good.siddhi");
        assertThat(health.states().get("app:Good").up()).isTrue();
    }

    @Test
    void leavesNothingBehindWhenItCloses() throws IOException {
        start();
        assertThat(threads()).isNotEmpty();

        runner.close();

        await().untilAsserted(() -> assertThat(threads()).isEmpty());
        assertThat(health.states()).isEmpty();
        assertThat(runner.catalog().all()).isEmpty();
        assertThatThrownBy(() -> send(8)).isInstanceOf(SubscriberUnAvailableException.class);
    }

    @Test
    void startsWithoutAFolder() throws IOException {
        Files.delete(folder.resolve("apps/Good.siddhi"));
        Files.delete(folder.resolve("apps"));

        start();

        assertThat(runner.catalog().all()).isEmpty();
    }

    @Test
    void keepsTablesInANamedDataSource() throws Exception {
        dataSources.put("results", h2("results"));
        app(
                "Stored",
                "@App:name('Stored') @source(type='inMemory', topic='runner-it-in', @map(type='passThrough'))"
                        + " define stream In (v long); @store(type='rdbms', datasource='results') @PrimaryKey('v')"
                        + " define table Kept (v long, w long); from In select v, v as w insert into Kept;");
        start();

        send(1);
        send(2);
        send(1); // refused: the key is taken

        await().untilAsserted(() -> assertThat(health.states().get("data-source:results"))
                .isEqualTo(new HealthChecks.State(true, "connected")));
        try (Connection connection =
                        DriverManager.getConnection(dataSources.get("results").url(), "sa", "");
                ResultSet rows = connection.createStatement().executeQuery("SELECT COUNT(*) FROM Kept")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(2);
        }
        assertThat(stored("Stored"))
                .singleElement()
                .asString()
                .contains("stream=In", "the row exists already under a unique key", "\"data\":[1]");
        assertThat(meters.get("runner.store.errors").counter().count()).isEqualTo(1);
    }

    @Test
    void readsRefsAndSystemKeysOfTheDeployment() throws Exception {
        dataSources.put("results", h2("referred"));
        siddhi = new SiddhiConfig(
                List.of(new SiddhiConfig.ExtensionEntry(
                        new SiddhiConfig.Keys("rdbms", "cud", Map.of("perform.CUD.operations", "true")))),
                List.of(new SiddhiConfig.RefEntry(new SiddhiConfig.Ref(
                        "shared", "rdbms", Map.of("datasource", "results", "table.name", "Named")))),
                Map.of());
        app(
                "Stored",
                "@App:name('Stored') @source(type='inMemory', topic='runner-it-in', @map(type='passThrough'))"
                        + " define stream In (v long); @store(ref='shared') define table Kept (v long);"
                        + " from In select v insert into Kept;"
                        + " from In#rdbms:cud('results', 'UPDATE Named SET v = v + ?', v) select v insert into Done;");
        start();

        send(5);

        try (Connection connection =
                        DriverManager.getConnection(dataSources.get("results").url(), "sa", "");
                ResultSet rows = connection.createStatement().executeQuery("SELECT v FROM Named")) {
            rows.next();
            assertThat(rows.getLong(1)).isEqualTo(10);
        }
    }

    @Test
    void saysWhichDataSourceIsMissing() throws Exception {
        app(
                "Stored",
                "@App:name('Stored') define stream In (v long);"
                        + " @store(type='rdbms', datasource='nowhere') define table Kept (v long);"
                        + " from In select v insert into Kept;");

        start();

        assertThat(reason("Stored")).contains("there is no data source 'nowhere'", "data-sources");
    }

    @Test
    void showsADataSourceThatIsAwayAndRunsTheOthers() throws Exception {
        dataSources.put(
                "away",
                new DataSourceConfig("jdbc:postgresql://127.0.0.1:1/x", "u", new Secret("p"), 2, null, Map.of()));

        start();
        send(7);

        assertThat(out).containsExactly(7L);
        assertThat(health.states().get("data-source:away").up()).isFalse();
    }

    private DataSourceConfig h2(String name) {
        return new DataSourceConfig("jdbc:h2:mem:" + name, "sa", new Secret(""), 4, null, Map.of());
    }

    private String reason(String app) {
        AppCatalog.State state = runner.catalog().find(app).orElseThrow().state();
        assertThat(state).isInstanceOf(AppCatalog.State.Failed.class);
        return ((AppCatalog.State.Failed) state).reason();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sluice-") || name.startsWith("Siddhi-"))
                .toList();
    }
}

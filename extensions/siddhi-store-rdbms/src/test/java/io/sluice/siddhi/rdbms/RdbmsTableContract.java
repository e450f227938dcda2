package io.sluice.siddhi.rdbms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.core.stream.output.StreamCallback;
import io.sluice.databases.DatabaseServer;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.SourceHost;
import io.sluice.siddhi.kit.testing.CapturedErrors;
import io.sluice.siddhi.kit.testing.StoreContract;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store promises on every database, beside what every store promises. */
abstract class RdbmsTableContract extends StoreContract {

    private static final AtomicInteger TABLES = new AtomicInteger();

    protected abstract DatabaseServer server();

    @Override
    protected String storeAnnotation() {
        return RdbmsStore.on(server());
    }

    @Override
    protected String newTable() {
        return "Stock" + TABLES.incrementAndGet();
    }

    @Override
    protected void stopDatabase() throws Exception {
        server().down();
    }

    @Override
    protected void startDatabase() throws Exception {
        server().up();
    }

    @Override
    protected boolean belongsToTheStore(Thread thread) {
        return thread.getName().startsWith("HikariPool");
    }

    @Test
    void storesTenThousandRowsAtOnceOrNone() throws Exception {
        String table = newTable();
        try (TableApp app = new TableApp(RdbmsStore.on(server(), ""), "@PrimaryKey('id')", table)) {
            app.input("Add").send(rows(0, 10_000));
            assertThat(count(table)).isEqualTo(10_000);

            app.input("Put").send(rows(5_000, 15_000));
            assertThat(count(table)).isEqualTo(15_000);

            app.input("Add").send(rows(14_999, 24_999)); // the first one is there already
            assertThat(count(table)).isEqualTo(15_000);
            assertThat(app.errors.events()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Add", "Put", "Change", "Remove"})
    void surfacesWhatTheDatabaseRefuses(String stream) throws Exception {
        String table = newTable();
        try (TableApp app = new TableApp(RdbmsStore.on(server(), ""), "@PrimaryKey('id')", table)) {
            app.send("Add", 1L, "kept");
            try (Connection connection = server().connect()) {
                connection.createStatement().execute("ALTER TABLE " + table + " DROP COLUMN name");
            }

            app.send(stream, 1L, "the secret of the payload");

            assertThat(app.errors.events()).hasSize(1);
            assertThat(app.errors.events().get(0).getCause())
                    .contains("table '" + table + "'")
                    .doesNotContain("secret");
            assertThat(app.meters.get("runner.store.errors").counter().count()).isEqualTo(1);
        }
    }

    @Test
    void keepsInTheErrorStoreWhatOnErrorStoreSays() throws Exception {
        String table = newTable();
        try (TableApp app = new TableApp(RdbmsStore.on(server(), "on.error='STORE', "), "@PrimaryKey('id')", table)) {
            app.send("Add", 1L, "kept");
            app.send("Add", 1L, "twice");

            assertThat(app.errors.events()).hasSize(1);
            assertThat(count(table)).isEqualTo(1);
        }
    }

    @Test
    void refusesNullWhereItWouldReadBackAsZero() throws Exception {
        String table = newTable();
        try (TableApp app = new TableApp(RdbmsStore.on(server(), ""), "", table)) {
            app.send("Add", null, "no id");
            app.send("Add", 1L, null);

            assertThat(app.errors.events()).hasSize(1);
            assertThat(app.errors.events().get(0).getCause()).contains("'id' is null", "allow.null.values");
            assertThat(app.runtime.query("from " + table + " select id, name")[0].getData())
                    .containsExactly(1L, null);
        }
    }

    @Test
    void findsATextInsideAColumnWithItsWildcardsTakenLiterally() throws Exception {
        String table = newTable();
        try (TableApp app = new TableApp(RdbmsStore.on(server(), ""), "@PrimaryKey('id') @Index('name')", table)) {
            app.send("Add", 1L, "100% sure_thing");
            app.send("Add", 2L, "1000 sureXthing!");

            app.send("Search", 0L, "0% s");
            app.send("Search", 0L, "e_t");
            app.send("Search", 0L, "g!");
            app.send("Search", 0L, "' OR '1'='1");

            assertThat(app.out).extracting(row -> row.get(0)).containsExactly(1L, 1L, 2L);
        }
    }

    @Test
    void takesTableNameLengthsIndexesAndCheckFromItsOptions() throws Exception {
        String physical = newTable();
        String options = "table.name='" + physical + "', field.length='name:5', use.collation='true', "
                + "table.check.query='SELECT id FROM {{TABLE_NAME}} WHERE 1 = 0', ";
        try (TableApp app = new TableApp(
                RdbmsStore.on(server(), options), "@PrimaryKey('id') @Index('name') @Index('id', 'name')", "Logical")) {
            app.send("Add", 1L, "12345");
            app.send("Add", 2L, "123456");

            assertThat(count(physical)).isEqualTo(1);
            assertThat(app.errors.events()).hasSize(1);
        }
        try (Connection connection = server().connect();
                ResultSet indexes =
                        connection.getMetaData().getIndexInfo(null, null, cased(connection, physical), false, true)) {
            List<String> names = new ArrayList<>();
            while (indexes.next()) {
                names.add(String.valueOf(indexes.getString("INDEX_NAME")).toLowerCase(Locale.ROOT));
            }
            assertThat(names)
                    .contains(
                            physical.toLowerCase(Locale.ROOT) + "_index_1",
                            physical.toLowerCase(Locale.ROOT) + "_index_2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Stock; DROP TABLE x", "Stock--", "a.b.c.d", "`Stock`", "Stock (id) VALUES (1)", ""})
    void refusesATableNameThatIsMoreThanAName(String name) {
        assertThatThrownBy(() -> new TableApp(RdbmsStore.on(server(), "table.name='" + name + "', "), "", "T"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("table name '" + name + "'");
    }

    @Test
    void refusesColumnsThatAreMoreThanNames() {
        SiddhiManager manager = new SiddhiManager();
        try {
            assertThatThrownBy(() -> manager.createSiddhiAppRuntime(
                            RdbmsStore.on(server()) + " define table T (`id long); DROP TABLE x; --` string);"))
                    .hasMessageContaining("column names are not quoted");
        } finally {
            manager.shutdown();
        }
    }

    @Test
    void reportsAllProblemsOfItsOptionsAtOnce() {
        assertThatThrownBy(() -> new TableApp(
                        "@store(type='rdbms', jdbc.url='jdbc:x', field.length='nam:5,id', use.collation='maybe')",
                        "@PrimaryKey('ids')",
                        "T"))
                .hasMessageContaining("option 'username' is missing")
                .hasMessageContaining("'nam', but the table has no such attribute. Did you mean 'name'?")
                .hasMessageContaining("each entry must be name:value")
                .hasMessageContaining("'use.collation' is 'maybe'")
                .hasMessageContaining("@PrimaryKey names 'ids'");
    }

    /** Seconds to years, kept in tables of the database and read by {@code within … per …}. */
    @Test
    void keepsAggregationsOfEveryDuration() throws Exception {
        String name = "Trend" + TABLES.incrementAndGet();
        SiddhiManager manager = new SiddhiManager();
        try {
            SiddhiAppRuntime runtime = manager.createSiddhiAppRuntime(aggregation(name));
            runtime.start();
            long start = 1_700_000_000_000L;
            for (int i = 0; i < 120; i++) {
                runtime.getInputHandler("Trade").send(start + i * 1_000L, new Object[] {
                    i % 2 == 0 ? "a" : "b", (double) i
                });
            }
            for (String per : List.of("seconds", "minutes", "hours", "days", "months", "years")) {
                await().untilAsserted(() ->
                        assertThat(total(runtime, name, per)).as(per).isEqualTo(119 * 60.0));
            }
            assertThat(runtime
                            .query("from " + name + " on symbol == 'a' within '2023-**-** **:**:**' per 'years'"
                                    + " select symbol, total, mean, low, high, number")[0]
                            .getData())
                    .containsExactly("a", 3540.0, 59.0, 0.0, 118.0, 60L);
            // written beside the app's thread; an app that stops does not wait for it
            await().untilAsserted(() -> assertThat(count(name + "_MINUTES")).isEqualTo(4));
            runtime.shutdown();
            SiddhiAppRuntime again = manager.createSiddhiAppRuntime(aggregation(name));
            again.start();
            await().untilAsserted(
                            () -> assertThat(total(again, name, "minutes")).isPositive());
        } finally {
            manager.shutdown();
        }
        assertThat(count(name + "_SECONDS")).isGreaterThan(100);
    }

    private String aggregation(String name) {
        return "@app:name('" + name + "') @app:playback define stream Trade (symbol string, price double); "
                + RdbmsStore.on(server(), "") + " define aggregation " + name
                + " from Trade select symbol, sum(price) as total, avg(price) as mean, min(price) as low, max(price) as high,"
                + " count() as number group by symbol aggregate every sec...year;";
    }

    private static double total(SiddhiAppRuntime runtime, String name, String per) {
        Event[] rows = runtime.query("from " + name + " within '2023-**-** **:**:**' per '" + per + "' select total");
        return rows == null
                ? 0
                : Arrays.stream(rows)
                        .mapToDouble(row -> (Double) row.getData(0))
                        .sum();
    }

    private int count(String table) throws SQLException {
        try (Connection connection = server().connect();
                ResultSet rows = connection.createStatement().executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static String cased(Connection connection, String table) throws SQLException {
        return connection.getMetaData().storesUpperCaseIdentifiers()
                ? table.toUpperCase(Locale.ROOT)
                : connection.getMetaData().storesLowerCaseIdentifiers() ? table.toLowerCase(Locale.ROOT) : table;
    }

    private static Event[] rows(int from, int to) {
        Event[] events = new Event[to - from];
        for (int i = 0; i < events.length; i++) {
            events[i] = new Event(1, new Object[] {(long) from + i, "name-" + i});
        }
        return events;
    }

    /** One table of two columns with a stream per operation; failures end in an error store. */
    static final class TableApp implements AutoCloseable {

        private final SiddhiManager manager = new SiddhiManager();
        private final Vertx vertx = Vertx.vertx();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final CapturedErrors errors = new CapturedErrors();
        final List<List<Object>> out = new CopyOnWriteArrayList<>();
        final SiddhiAppRuntime runtime;

        TableApp(String store, String keys, String table) {
            manager.setErrorStore(errors);
            manager.setExtension("str:contains", ContainsFunction.class);
            manager.setAttribute(
                    SharedResources.ATTRIBUTE,
                    new SharedResources(vertx, meters, Clock.systemUTC(), SourceHost.DIRECT));
            try {
                runtime = manager.createSiddhiAppRuntime(
                        """
                        @OnError(action='STORE') define stream Add (id long, name string);
                        @OnError(action='STORE') define stream Put (id long, name string);
                        @OnError(action='STORE') define stream Change (id long, name string);
                        @OnError(action='STORE') define stream Remove (id long, name string);
                        @OnError(action='STORE') define stream Search (id long, name string);
                        %s %s define table T (id long, name string);
                        from Add insert into T;
                        from Put update or insert into T on T.id == id;
                        from Change update T set T.name = name on T.id == id;
                        from Remove delete T on T.name == name;
                        from Search join T on str:contains(T.name, Search.name)
                          select T.id as id, Search.name as name insert into Out;
                        """.formatted(store, keys).replaceAll("\\bT\\b", table));
            } catch (RuntimeException refused) {
                close();
                throw refused;
            }
            runtime.addCallback("Out", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        out.add(Arrays.asList(event.getData()));
                    }
                }
            });
            runtime.start();
        }

        InputHandler input(String stream) {
            return runtime.getInputHandler(stream);
        }

        void send(String stream, Object... values) throws InterruptedException {
            input(stream).send(new Event[] {new Event(1, values)});
        }

        @Override
        public void close() {
            manager.shutdown();
            vertx.close();
        }
    }
}

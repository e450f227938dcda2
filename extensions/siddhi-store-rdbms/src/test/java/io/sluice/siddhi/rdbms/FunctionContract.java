package io.sluice.siddhi.rdbms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.core.util.config.InMemoryConfigManager;
import io.sluice.databases.H2Server;
import io.sluice.siddhi.kit.testing.CapturedErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code rdbms:cud}, {@code rdbms:query} and {@code rdbms:procedure} all promise. */
abstract class FunctionContract {

    final List<List<Object>> out = new CopyOnWriteArrayList<>();
    final CapturedErrors errors = new CapturedErrors();
    private final List<SiddhiManager> managers = new ArrayList<>();
    H2Server database;

    /** A call of the function with the data source as {@code DS}, for an event {@code (id long, name string)}. */
    abstract String call();

    @BeforeEach
    void prepare() throws Exception {
        database = H2Server.start();
        execute("CREATE TABLE Stock (id BIGINT PRIMARY KEY, name VARCHAR(100))");
        execute("CREATE ALIAS CUBE_ROOT FOR \"java.lang.Math.cbrt\"");
    }

    @AfterEach
    void clear() {
        managers.forEach(SiddhiManager::shutdown);
        database.close();
    }

    SiddhiAppRuntime build(Map<String, String> system, String... queries) {
        SiddhiManager manager = new SiddhiManager();
        managers.add(manager);
        manager.setErrorStore(errors);
        manager.setConfigManager(new InMemoryConfigManager(system, Map.of(), Map.of()));
        JdbcDataSource source = new JdbcDataSource();
        source.setUrl(database.url());
        source.setUser("sa");
        manager.setDataSource("DS", source);
        SiddhiAppRuntime runtime = manager.createSiddhiAppRuntime("@app:name('Functions')"
                + "@OnError(action='STORE') define stream In (id long, name string);"
                + "@OnError(action='STORE') define stream Text (sql string);" + String.join("", queries));
        if (runtime.getStreamDefinitionMap().containsKey("Out")) {
            runtime.addCallback("Out", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        out.add(Arrays.asList(event.getData()));
                    }
                }
            });
        }
        return runtime;
    }

    SiddhiAppRuntime started(String... queries) {
        SiddhiAppRuntime runtime =
                build(Map.of("rdbms.cud.perform.CUD.operations", "true", "rdbms.procedure.DS", "oracle"), queries);
        runtime.start();
        return runtime;
    }

    static void send(SiddhiAppRuntime runtime, Object... values) {
        try {
            runtime.getInputHandler(values.length == 1 ? "Text" : "In").send(new Event[] {new Event(1, values)});
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = database.connect()) {
            connection.createStatement().execute(sql);
        }
    }

    List<String> names() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = database.connect();
                ResultSet rows = connection.createStatement().executeQuery("SELECT name FROM Stock ORDER BY id")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    @Test
    void connectsNothingWhileItIsOnlyBuilt() {
        database.down();

        assertThat(build(
                                Map.of("rdbms.cud.perform.CUD.operations", "true", "rdbms.procedure.DS", "oracle"),
                                "from In#" + call() + " select id insert into Out;")
                        .getQueryNames())
                .isNotEmpty();
    }

    @Test
    void waitsForADatabaseThatIsAway() throws Exception {
        SiddhiAppRuntime runtime = started("from In#" + call() + " select id insert into Out;");
        database.down();

        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(runtime, 1L, "a"));
        assertThat(sending).isNotDone();
        database.up();

        sending.get(30, TimeUnit.SECONDS);
        assertThat(errors.events()).isEmpty();
    }

    @Test
    void keepsTheEventThatTheDatabaseRefuses() throws Exception {
        SiddhiAppRuntime runtime = started("from In#" + call() + " select id insert into Out;");
        execute("DROP TABLE Stock");
        execute("DROP ALIAS CUBE_ROOT");

        send(runtime, 1L, "a");

        assertThat(out).isEmpty();
        assertThat(errors.events()).hasSize(1);
        assertThat(errors.events().get(0).getCause()).contains("rdbms:");
    }

    @Test
    void refusesTooFewParameters() {
        String tooFew = call().substring(0, call().lastIndexOf(',')) + ")";

        assertThatThrownBy(() -> started("from In#" + tooFew + " select id insert into Out;"))
                .hasMessageContaining("'?'");
    }
}

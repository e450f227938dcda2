package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.stream.input.InputHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the engine does without the host: the reasons why the host is there, each the opposite of a test in {@link SiddhiHostTest}. When one of these
 * fails, the engine has changed, and a part of the host may go.
 */
class StockEngineTest {

    private final SiddhiManager manager = new SiddhiManager();

    @BeforeEach
    void open() {
        TestExtensions.addTo(manager);
    }

    @AfterEach
    void close() {
        manager.shutdown();
    }

    private SiddhiAppRuntime app(String text) {
        return manager.createSiddhiAppRuntime("@App:name('stock') " + text);
    }

    private static Bench.Collected collect(SiddhiAppRuntime app, String stream) {
        Bench.Collected collected = new Bench.Collected();
        app.addCallback(stream, collected);
        return collected;
    }

    @Test
    void runsQueriesOnWhateverThreadComes() throws Exception {
        SiddhiAppRuntime app = app("define stream In (v long); define stream Out (v long);"
                + "from In#window.time(20 millisec) select v insert all events into Out;");
        Bench.Collected out = collect(app, "Out");
        app.start();
        InputHandler in = app.getInputHandler("In");
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            Thread thread = new Thread(() -> {
                try {
                    in.send(new Object[] {1L});
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        await().until(() -> out.count == 8);
        assertThat(out.threads).hasSizeGreaterThan(4); // the four, and at least one for the timers
    }

    @Test
    void tellsNobodyWhatAQueryThrowsWhileATimerIsDue() throws Exception {
        List<Exception> reported = new CopyOnWriteArrayList<>();
        SiddhiAppRuntime app = app("define stream In (v long); define stream Out (v long); define stream Done (v long);"
                + "from In#window.timeBatch(10 millisec) select test:boom(v) as v insert into Out;"
                + "from In#window.timeBatch(20 millisec) select v insert into Done;");
        Bench.Collected done = collect(app, "Done");
        app.handleRuntimeExceptionWith(reported::add);
        app.start();

        app.getInputHandler("In").send(new Object[] {13L});

        await().until(() -> done.count == 1);
        assertThat(reported).isEmpty();
    }

    /** Why an app with such a query is warned of at its deployment. */
    @Test
    void failsToUpdateOrInsertWhatATableInMemoryIndexes() throws Exception {
        List<Exception> reported = new CopyOnWriteArrayList<>();
        SiddhiAppRuntime app = app("define stream In (k string, v long);"
                + "@primaryKey('k') @index('v') define table T (k string, v long);"
                + "from In update or insert into T set T.v = v on T.k == k;");
        app.handleRuntimeExceptionWith(reported::add);
        app.start();

        app.getInputHandler("In").send(new Object[] {"a", 1L});
        app.getInputHandler("In").send(new Object[] {"a", 2L});

        assertThat(reported).hasSize(1).first().isInstanceOf(NullPointerException.class);
        assertThat(app.query("from T select v")[0].getData()).containsExactly(2L);
        assertThat(app.query("from T on v == 1L select v")).as("rows with 1").hasSize(1); // there is none
    }

    @Test
    void firesTriggersOnThreadsOfTheirOwn() {
        SiddhiAppRuntime app = app("define trigger T at every 10 millisec; define stream Out (at long);"
                + "from T select triggered_time as at insert into Out;");
        Bench.Collected out = collect(app, "Out");
        app.start();

        await().until(() -> out.count > 2);
        assertThat(out.threads).allMatch(name -> name.startsWith("Siddhi-stock-scheduler-thread"));
    }

    @Test
    void returnsFromItsStartAsIfNothingHadHappenedWhenASourceRefuses() {
        SiddhiAppRuntime app = app("@source(type='push', id='x', refuse='port in use') define stream In (v long);");

        app.start();

        assertThat(manager.getSiddhiAppRuntime("stock")).isNull();
    }

    @Test
    void firesOnlyOneOfSeveralPartitionKeysThatAreDueTogetherInEventTime() throws Exception {
        SiddhiAppRuntime app = manager.createSiddhiAppRuntime(
                "@App:name('stock') @app:playback define stream In (k string); define stream Tick (v long);"
                        + "define stream Out (k string); partition with (k of In) begin"
                        + " from In#window.time(1 sec) select k insert expired events into Out; end;");
        Bench.Collected out = collect(app, "Out");
        app.start();
        for (String key : List.of("a", "b", "c", "d", "e")) {
            app.getInputHandler("In").send(1_000, new Object[] {key});
        }

        app.getInputHandler("Tick").send(2_000, new Object[] {1L});

        assertThat(out.count).isEqualTo(1);
    }
}

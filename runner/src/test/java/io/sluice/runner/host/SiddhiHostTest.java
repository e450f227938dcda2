package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.PositionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SiddhiHostTest {

    private static final String PASS = "@source(type='push', id='in') define stream In (v long);"
            + " define stream Out (v long); from In select v insert into Out;";

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void processesEverythingOnTheLaneHoweverManyThreadsPush() throws Exception {
        SiddhiHost host = bench.host(
                "four",
                "@source(type='push', id='in') define stream In (k int, v long); define stream Out (k int, s long);"
                        + "from In#window.time(20 millisec) select k, v as s insert all events into Out;");
        Bench.Collected out = Bench.collect(host, "Out");
        Bench.Collected in = Bench.collect(host, "In");
        host.start();

        pushFrom(4, 2_000, bench.source("in"));

        assertThat(in.count).isEqualTo(8_000);
        await().until(() -> out.count == 16_000); // each event comes and expires
        assertThat(out.threads).containsExactly("sluice-lane-four");
        assertThat(in.threads).containsExactly("sluice-lane-four");
        assertThat(bench.failures).isEmpty();
    }

    @Test
    void firesTheTimersOfAllPartitionKeysThatAreDueInTheSameMillisecond() throws Exception {
        ManualClock clock = new ManualClock("2026-01-01T00:00:00Z");
        bench.wall = clock;
        SiddhiHost host = bench.host(
                "keys",
                "define stream In (k string, v long); define stream Out (k string, s long);"
                        + "partition with (k of In) begin"
                        + " from In#window.time(1 sec) select k, sum(v) as s insert expired events into Out; end;");
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();
        for (String key : List.of("c", "a", "e", "b", "d")) {
            host.input("In").send(new Object[] {key, 1L});
        }

        clock.move(1_000);
        host.tick();

        assertThat(out.column(0)).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void movesThePositionRightAfterTheLastEventOfTheBatch() throws Exception {
        SiddhiHost host = bench.host("batch", PASS);
        Bench.Collected out = Bench.collect(host, "Out");
        List<String> seen = new CopyOnWriteArrayList<>();
        host.start();
        PushSource source = bench.source("in");
        BatchScope scope = source.open(new PositionListener() {
            @Override
            public void processed(Map<String, Object> position) {
                seen.add("processed " + position.get("offset") + " after " + out.count + " events on "
                        + Thread.currentThread().getName());
            }

            @Override
            public void durable(Map<String, Object> position) {
                seen.add("durable " + position.get("offset"));
            }
        });

        scope.begin();
        source.push(1L);
        source.push(2L);
        assertThat(out.count).isZero();
        scope.end(Map.of("offset", 2L));
        scope.begin();
        source.push(3L);
        scope.end(Map.of("offset", 3L));

        await().until(() -> seen.size() == 4);
        assertThat(seen)
                .containsExactly(
                        "processed 2 after 2 events on sluice-lane-batch",
                        "durable 2",
                        "processed 3 after 3 events on sluice-lane-batch",
                        "durable 3");
        assertThat(host.positions()).containsExactly(Map.entry("In", Map.of("offset", 3L)));
    }

    @Test
    void tellsTheSourceWhichBatchAQueryFailedOn() throws Exception {
        SiddhiHost host = bench.host(
                "fails",
                "@source(type='push', id='in') define stream In (v long); define stream Out (v long);"
                        + " from In select test:boom(v) as v insert into Out;");
        List<String> seen = new CopyOnWriteArrayList<>();
        host.start();
        PushSource source = bench.source("in");
        BatchScope scope = source.open(new PositionListener() {
            @Override
            public void failed(Map<String, Object> position, Throwable reason) {
                seen.add("failed " + position.get("offset"));
            }

            @Override
            public void processed(Map<String, Object> position) {
                seen.add("processed " + position.get("offset"));
            }

            @Override
            public void durable(Map<String, Object> position) {
                // not asked here
            }
        });

        for (long value : new long[] {1, 13, 2}) {
            scope.begin();
            assertThat(scope.collected()).isZero();
            source.push(value);
            assertThat(scope.collected()).isEqualTo(1);
            scope.end(Map.of("offset", value));
        }

        await().until(() -> seen.size() == 4);
        assertThat(seen).containsExactly("processed 1", "failed 13", "processed 13", "processed 2");
    }

    @Test
    void neverMergesEventsOfABatchIntoOneArray() throws Exception {
        SiddhiHost host = bench.host("merge", PASS);
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();
        PushSource source = bench.source("in");
        BatchScope scope = source.open(new IgnoredPositions());

        scope.begin();
        source.push(1L);
        source.push(2L);
        source.pushArray(new Event[] {new Event(1, new Object[] {3L}), new Event(1, new Object[] {4L})});
        scope.end(Map.of());

        await().until(() -> out.count == 4);
        assertThat(out.arrays).isEqualTo(3);
    }

    @Test
    void makesASourceWaitBehindABlockedSinkAndLosesNothing() throws Exception {
        SiddhiHost host = bench.host(
                "blocked",
                "@source(type='push', id='in') define stream In (v long);"
                        + "@sink(type='gate') define stream Out (v long); from In select v insert into Out;");
        host.start();
        PushSource source = bench.source("in");
        AtomicInteger handedOver = new AtomicInteger();
        Thread reader = new Thread(() -> {
            BatchScope scope = source.open(new IgnoredPositions());
            for (long batch = 0; batch < 20; batch++) {
                scope.begin();
                source.push(batch);
                try {
                    scope.end(Map.of("batch", batch));
                } catch (InterruptedException stopped) {
                    return;
                }
                handedOver.incrementAndGet();
            }
        });
        reader.start();

        await().until(() -> handedOver.get() == 4 && reader.getState() == Thread.State.WAITING);
        bench.gate().open();

        await().until(() -> bench.gate().passed().size() == 20);
        assertThat(bench.gate().passed()).first().isEqualTo(0L);
        assertThat(bench.gate().passed()).last().isEqualTo(19L);
    }

    @Test
    void reportsWhatAQueryThrowsWhileATimerIsDue() throws Exception {
        ManualClock clock = new ManualClock("2026-01-01T00:00:00Z");
        bench.wall = clock;
        SiddhiHost host = bench.host(
                "timer",
                "define stream In (v long); define stream Out (v long);"
                        + "@info(name='q') from In#window.timeBatch(1 sec) select test:boom(v) as v insert into Out;");
        host.start();
        host.input("In").send(new Object[] {13L});

        clock.move(1_000);
        host.tick();

        assertThat(bench.failures).singleElement().satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMER);
            assertThat(failure.where()).isEqualTo("q");
            assertThat(failure.cause()).hasMessageContaining("boom");
        });
        assertThat(bench.meters
                        .counter("runner.failures", "app", "timer", "kind", "timer")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void reportsWhatAQueryThrowsWhileItProcessesAnEvent() throws Exception {
        SiddhiHost host = bench.host(
                "query",
                "define stream In (v long); define stream Out (v long); from In select test:boom(v) as v insert into Out;");
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();

        host.input("In").send(new Object[] {13L});
        host.input("In").send(new Object[] {14L});

        assertThat(bench.failures).singleElement().extracting(Failure::kind).isEqualTo(Failure.Kind.QUERY);
        assertThat(out.column(0)).containsExactly(14L);
    }

    @Test
    void firesTriggersOnTheLane() throws Exception {
        ManualClock clock = new ManualClock("2026-01-01T00:00:00Z");
        bench.wall = clock;
        SiddhiHost host = bench.host(
                "triggers",
                "define trigger Once at 'start'; define trigger Often at every 5 sec;"
                        + " define trigger Cron at '0 * * * * ?';"
                        + "define stream Out (what string, at long);"
                        + "from Once select 'once' as what, triggered_time as at insert into Out;"
                        + "from Often select 'often' as what, triggered_time as at insert into Out;"
                        + "from Cron select 'cron' as what, triggered_time as at insert into Out;");
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();
        for (int second = 0; second < 60; second += 5) {
            clock.move(5_000);
            host.tick();
        }

        assertThat(out.column(0)).startsWith("once", "often", "often").contains("cron");
        assertThat(out.column(0)).filteredOn("often"::equals).hasSize(12);
        assertThat(out.column(0)).filteredOn("cron"::equals).hasSize(1);
        assertThat(out.threads).containsExactly("sluice-lane-triggers");
    }

    @Test
    void refusesACronExpressionThatIsNone() {
        assertThatThrownBy(() -> bench.host("cron", "define trigger T at 'every day';"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("trigger 'T'")
                .hasMessageContaining("every day");
    }

    @Test
    void doesNotDeadLockWhenASinkFeedsASourceOfTheSameAppInMemory() throws Exception {
        SiddhiHost host = bench.host(
                "loop",
                "@source(type='push', id='in') define stream In (v long);"
                        + "@sink(type='inMemory', topic='loop-x', @map(type='passThrough')) define stream Mid (v long);"
                        + "@source(type='inMemory', topic='loop-x', @map(type='passThrough'))"
                        + " define stream Back (v long);"
                        + "from In select v insert into Mid;");
        Bench.Collected back = Bench.collect(host, "Back");
        host.start();

        pushFrom(2, 100, bench.source("in"));

        assertThat(back.count).isEqualTo(200);
        assertThat(back.threads).containsExactly("sluice-lane-loop");
    }

    @RepeatedTest(10) // a race is lost only now and then
    void doesNotDeadLockWhenAppsFeedEachOtherInMemory() throws Exception {
        SiddhiHost ping = bench.host("ping", relay("push", "in", "to-pong", "to-ping"));
        SiddhiHost pong = bench.host("pong", relay("push", "back", "to-ping", "to-pong"));
        Bench.Collected pinged = Bench.collect(ping, "Received");
        Bench.Collected ponged = Bench.collect(pong, "Received");
        ping.start();
        pong.start();

        Thread left = new Thread(() -> push(500, bench.source("in")));
        Thread right = new Thread(() -> push(500, bench.source("back")));
        left.start();
        right.start();
        left.join();
        right.join();

        // each event goes to the other app, which sends it back twice as large, until it is too large
        await().until(() -> pinged.count == 500 * 2 && ponged.count == 500 * 2);
        assertThat(pinged.threads).containsExactly("sluice-lane-ping");
        assertThat(ponged.threads).containsExactly("sluice-lane-pong");
        assertThat(bench.failures).isEmpty();
    }

    private static String relay(String source, String id, String out, String in) {
        return "@source(type='" + source + "', id='" + id + "') define stream In (v long);"
                + "@sink(type='inMemory', topic='" + out + "', @map(type='passThrough')) define stream Sent (v long);"
                + "@source(type='inMemory', topic='" + in + "', @map(type='passThrough'))"
                + " define stream Received (v long);"
                + "from In select v insert into Sent;"
                + "from Received[v < 3] select v * 2L as v insert into Sent;";
    }

    private static void push(int events, PushSource source) {
        for (int number = 0; number < events; number++) {
            source.push(2L);
        }
    }

    @Test
    void runsTwoAppsInTwoLanes() throws Exception {
        SiddhiHost slow = bench.host(
                "slow",
                "define stream In (v long); @sink(type='gate') define stream Out (v long);"
                        + " from In select v insert into Out;");
        SiddhiHost fast = bench.host(
                "fast", "define stream In (v long); define stream Out (v long); from In select v insert into Out;");
        Bench.Collected out = Bench.collect(fast, "Out");
        slow.start();
        fast.start();
        Thread stuck = new Thread(() -> {
            try {
                slow.input("In").send(new Object[] {1L});
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        stuck.start();
        await().until(() -> stuck.getState() == Thread.State.WAITING);

        fast.input("In").send(new Object[] {2L});

        assertThat(out.threads).containsExactly("sluice-lane-fast");
        assertThat(bench.gate().passed()).isEmpty();
        bench.gate().open();
        stuck.join();
        assertThat(bench.gate().passed()).containsExactly(1L);
    }

    @Test
    void followsTheTimeOfEventsWhereTheAppAsksForIt() throws Exception {
        SiddhiHost host = bench.host(
                "playback",
                "@app:playback(idle.time='20 millisec', increment='1 sec') define stream In (v long);"
                        + "define stream Out (v long); from In#window.time(5 sec) select v insert expired events into Out;");
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();

        host.input("In").send(1_000, new Object[] {1L});
        host.input("In").send(7_000, new Object[] {2L});
        assertThat(out.column(0)).containsExactly(1L);

        await().until(() -> out.count == 2); // by the heartbeat
        assertThat(out.threads).containsExactly("sluice-lane-playback");
    }

    @Test
    void movesThePositionPastAnEventThatAQueryCouldNotProcess() throws Exception {
        SiddhiHost host = bench.host(
                "past",
                "@source(type='push', id='in') define stream In (v long); define stream Out (v long);"
                        + " from In select test:boom(v) as v insert into Out;");
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();
        PushSource source = bench.source("in");
        BatchScope scope = source.open(new IgnoredPositions());

        scope.begin();
        source.push(12L);
        source.push(13L);
        source.push(14L);
        scope.end(Map.of("offset", 14L));

        await().until(() -> host.positions().containsKey("In"));
        assertThat(out.column(0)).containsExactly(12L, 14L);
        assertThat(bench.failures).hasSize(1);
    }

    @Test
    void ignoresAsyncAndSaysSo() throws Exception {
        SiddhiHost host = bench.host(
                "async",
                "@async(buffer.size='64', workers='2') define stream In (v long);"
                        + " define stream Out (v long); from In select v insert into Out;");
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();

        host.input("In").send(new Object[] {1L});

        assertThat(out.threads).containsExactly("sluice-lane-async");
        assertThat(host.notes()).containsExactly("stream 'In': @async has no effect; the app has one owner thread");
    }

    @Test
    void keepsOnePurgeTaskPerPartitionHoweverManyEventsCome() throws Exception {
        SiddhiHost host = bench.host(
                "purge",
                "define stream In (k string, v long); define stream Out (k string, v long);"
                        + "@purge(enable='true', interval='10 sec', idle.period='1 min')"
                        + "partition with (k of In) begin from In select k, v insert into Out; end;");
        host.start();

        for (long v = 0; v < 500; v++) {
            host.input("In").send(new Object[] {"k" + v % 10, v});
        }

        assertThat(bench.meters
                        .get("runner.lane.timers")
                        .tag("app", "purge")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void saysWhichSourceRefusedAndWhy() {
        SiddhiHost host = bench.host(
                "refused", "@source(type='push', id='in', refuse='port 8006 is in use') define stream In (v long);");

        assertThatThrownBy(host::start)
                .isInstanceOf(AppStartException.class)
                .hasMessage("source 'push' of stream 'In' could not be opened: port 8006 is in use");
        assertThat(bench.manager.getSiddhiAppRuntime("refused")).isNull();
        assertThat(threadsOf("refused")).isEmpty();
    }

    @Test
    void processesWhatWaitsBeforeItCloses() throws Exception {
        SiddhiHost host = bench.host("drain", PASS);
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();
        PushSource source = bench.source("in");
        BatchScope scope = source.open(new IgnoredPositions());
        for (long batch = 0; batch < 4; batch++) {
            scope.begin();
            source.push(batch);
            scope.end(Map.of("batch", batch));
        }

        host.close();

        assertThat(out.count).isEqualTo(4);
        assertThat(host.positions()).containsEntry("In", Map.of("batch", 3L));
        assertThatThrownBy(() -> {
                    scope.begin();
                    scope.end(Map.of("batch", 4L));
                })
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("'drain' is stopping");
        assertThat(threadsOf("drain")).isEmpty();
    }

    @Test
    void showsWhatItDoesInItsMeters() throws Exception {
        SiddhiHost host = bench.host("meters", PASS);
        host.start();
        PushSource source = bench.source("in");
        BatchScope scope = source.open(new IgnoredPositions());
        scope.begin();
        source.push(1L);
        source.push(2L);
        scope.end(Map.of("batch", 1L));

        await().until(() -> host.positions().containsKey("In"));
        assertThat(bench.meters
                        .counter("runner.batches.processed", "app", "meters")
                        .count())
                .isEqualTo(1);
        assertThat(bench.meters
                        .counter("runner.events.processed", "app", "meters")
                        .count())
                .isEqualTo(2);
        assertThat(bench.meters.get("runner.lane.busy").functionCounter().count())
                .isPositive();
        assertThat(bench.meters.get("runner.inbox.batches").gauge().value()).isZero();

        host.close();

        assertThat(bench.meters.find("runner.batches.processed").meter()).isNull();
    }

    private static List<String> threadsOf(String app) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name ->
                        name.startsWith("sluice-") && name.contains("-" + app) || name.contains("Siddhi-" + app + "-"))
                .toList();
    }

    private static void pushFrom(int threads, int events, PushSource source) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        for (int number = 0; number < threads; number++) {
            int key = number;
            Thread thread = new Thread(() -> {
                for (long v = 0; v < events; v++) {
                    if (source.getStreamDefinition().getAttributeList().size() == 2) {
                        source.push(key, v);
                    } else {
                        source.push(v);
                    }
                }
            });
            all.add(thread);
            thread.start();
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    /** For sources whose positions are not the point of the test. */
    private static final class IgnoredPositions implements PositionListener {
        @Override
        public void processed(Map<String, Object> position) {}

        @Override
        public void durable(Map<String, Object> position) {}
    }
}

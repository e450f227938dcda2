package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.PositionListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ways in which an event could get lost between a source that has read it and a sink that has delivered what became of it. */
@Timeout(30)
class NothingLostTest {

    private static final String IN = "@source(type='push', id='in') define stream In (v long);";
    private static final String LATER =
            IN + " @sink(type='later') define stream Out (v long); from In select v insert into Out;";

    private final Bench bench = new Bench();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final PositionListener positions = new PositionListener() {
        @Override
        public void processed(Map<String, Object> position) {
            seen.add("processed " + position.get("offset"));
        }

        @Override
        public void durable(Map<String, Object> position) {
            seen.add("durable " + position.get("offset"));
        }
    };

    @AfterEach
    void close() {
        bench.close();
    }

    private void batch(BatchScope scope, long... values) throws InterruptedException {
        scope.begin();
        for (long value : values) {
            bench.source("in").push(value);
        }
        scope.end(Map.of("offset", values[values.length - 1]));
    }

    private LaterSink later() {
        return (LaterSink) bench.manager.getAttributes().get("later");
    }

    @Test
    void aPositionIsDurableOnlyAfterTheOutputsBeforeItAreDelivered() throws Exception {
        SiddhiHost host = bench.host("later", LATER);
        host.start();
        BatchScope scope = bench.source("in").open(positions);

        batch(scope, 1, 2);
        batch(scope, 3);
        batch(scope, 4);
        await().until(() -> seen.size() == 3);
        later().deliver(1);
        host.ask(() -> true);
        assertThat(seen).containsExactly("processed 2", "processed 3", "processed 4");

        later().deliver(2);
        await().until(() -> seen.contains("durable 2"));
        assertThat(seen).doesNotContain("durable 4");

        later().deliver(4);
        await().until(() -> seen.contains("durable 4"));
        assertThat(seen).endsWith("durable 2", "durable 4"); // 3 was skipped: 4 covers it
    }

    @Test
    void aStopWaitsForDeliveriesSoThatNothingIsReadTwice() throws Exception {
        SiddhiHost host = bench.host("stop", LATER);
        host.start();
        batch(bench.source("in").open(positions), 1);
        await().until(() -> seen.contains("processed 1"));
        LaterSink sink = later();
        Thread delivery = new Thread(() -> {
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("sluice-lane-stop")));
            sink.deliver(1);
        });
        delivery.start();

        host.close(Duration.ofSeconds(10));

        assertThat(seen).containsExactly("processed 1", "durable 1");
        delivery.join();
    }

    @Test
    void aStopDoesNotWaitForeverForDeliveriesAndLeavesThePositionBack() throws Exception {
        SiddhiHost host = bench.host("never", LATER);
        host.start();
        batch(bench.source("in").open(positions), 1);
        await().until(() -> seen.contains("processed 1"));

        host.close(Duration.ofSeconds(2));

        assertThat(seen).containsExactly("processed 1");
    }

    @Test
    void anErrorInAQueryTakesNoOtherEventOfTheBatchWithIt() throws Exception {
        SiddhiHost host = bench.host(
                "error", IN + " define stream Out (v long); from In select test:boom(v) as v insert into Out;");
        Bench.Collected out = Bench.collect(host, "Out");
        host.start();

        batch(bench.source("in").open(positions), 1, 66, 2); // test:boom throws an Error on 66
        await().until(() -> seen.size() == 2);

        assertThat(out.column(0)).containsExactly(1L, 2L);
        assertThat(seen).containsExactly("processed 2", "durable 2");
        assertThat(bench.failures).singleElement().satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(Failure.Kind.QUERY);
            assertThat(failure.cause()).isInstanceOf(NoClassDefFoundError.class);
        });
    }

    @Test
    void theReasonWhyAPartDoesNotStartIsTold() {
        SiddhiHost host = bench.host(
                "part",
                "@source(type='push', id='in', broken.part='the calendar is missing') define stream In (v long);");

        assertThatThrownBy(host::start)
                .isInstanceOf(AppStartException.class)
                .hasMessage("app 'part' did not start: the calendar is missing");
    }

    @Test
    void aSinkThatReconnectsOnItsOwnIsNotCalledConnectedWhileItIsNot() throws Exception {
        SiddhiHost host = bench.host("live", LATER);
        host.start();
        Connection sink = new Connection("sink 'later' of stream 'Out'", true);
        assertThat(host.connections()).contains(sink);

        later().live(false);

        assertThat(host.connections()).contains(new Connection(sink.part(), false));
    }
}

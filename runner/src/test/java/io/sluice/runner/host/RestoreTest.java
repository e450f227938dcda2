package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.sluice.runner.state.RestoreReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an edited app keeps of the state of the one before. */
class RestoreTest {

    private static final String STREAM = "define stream S (k string, v long); ";
    private static final String TOTALS = "from S#window.length(10) select count() as c, sum(v) as s insert into Out; ";
    private static final String OTHER = "from S#window.length(3) select k, max(v) as m insert into Other; ";

    private final Bench bench = new Bench();
    private RestoreReport report = RestoreReport.NOTHING;

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void keepsAQueryWhenOthersComeGoAndMove() throws Exception {
        Checkpoint before = afterFive(STREAM + OTHER + TOTALS);

        assertThat(sixth(before, STREAM + TOTALS + OTHER)).isEqualTo("[6, 15]");
        assertThat(report.dropped()).isEmpty();

        assertThat(sixth(before, STREAM + "from S select v insert into New; " + TOTALS))
                .isEqualTo("[6, 15]");
        assertThat(dropped())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("query 'q-")
                .contains("no such part any more");
    }

    @Test
    void keepsAQueryWhoseLayoutAndCommentsChange() throws Exception {
        Checkpoint before = afterFive(STREAM + TOTALS);

        String other = STREAM
                + "/* totals */ from  S#window.length( 10 )\n select count() as c,\n sum(v) as s insert into Out;";

        assertThat(sixth(before, other)).isEqualTo("[6, 15]");
        assertThat(report.dropped()).isEmpty();
        assertThat(report.restored()).isNotEmpty();
    }

    @Test
    void keepsAQueryThatGetsAName() throws Exception {
        Checkpoint before = afterFive(STREAM + TOTALS);

        assertThat(sixth(before, STREAM + "@info(name='totals') " + TOTALS)).isEqualTo("[6, 15]");
        assertThat(report.dropped()).isEmpty();
    }

    @Test
    void dropsAQueryThatChangesAndSaysSo() throws Exception {
        Checkpoint before = afterFive(STREAM + "@info(name='totals') " + TOTALS + OTHER);

        String swapped = STREAM + "@info(name='totals') from S#window.length(10) select sum(v) as s, count() as c"
                + " insert into Out; " + OTHER;

        assertThat(sixth(before, swapped)).isEqualTo("[0, 1]");
        assertThat(dropped()).containsExactly("query 'totals': it or a definition it uses has changed");
        assertThat(report.restored()).hasSize(1);
    }

    @Test
    void dropsAQueryWhoseInputHasOtherTypesThanBefore() throws Exception {
        String reader = "@info(name='reader') from M#window.length(2) select max(m) as m insert into Out;";
        Checkpoint before = afterFive(STREAM + "from S select v as m insert into M; " + reader);

        assertThat(sixth(before, STREAM + "from S select v * 1.5 as m insert into M; " + reader))
                .isEqualTo("[0.0]");
        assertThat(dropped()).contains("query 'reader': it or a definition it uses has changed");
    }

    @Test
    void dropsAPartitionAsAWhole() throws Exception {
        String first = "partition with (k of S) begin from S select k, sum(v) as s insert into Out;";
        Checkpoint before = afterFive(STREAM + "@info(name='byKey') " + first + " end;");

        String more = STREAM + "@info(name='byKey') " + first + " from S select count() as c insert into Counts; end;";

        assertThat(sixth(before, more)).isEqualTo("[k, 0]");
        assertThat(dropped()).contains("keys of partition 'byKey': it or a definition it uses has changed");
    }

    @Test
    void namesTheQueryAndTheClassOfAValueThatCannotBeKept() throws Exception {
        SiddhiHost host = bench.host(
                "odd",
                "define stream S (o object); @info(name='win') from S#window.length(2) select o insert into Out;");
        host.start();
        host.input("S").send(new Object[] {new Object()});

        assertThatThrownBy(host::checkpoint)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("query 'win'")
                .hasMessageContaining("LengthWindowProcessor")
                .hasMessageContaining("java.lang.Object cannot be checkpointed");
        host.input("S").send(new Object[] {"next"});
        assertThat(bench.failures).isEmpty();
    }

    @Test
    void firesATriggerOnceThatWasDueSeveralTimesWhileTheAppWasDownAndKeepsItsPhase() throws Exception {
        ManualClock clock = new ManualClock("2026-01-01T00:00:00Z");
        bench.wall = clock;
        String text =
                "define trigger Tick at every 1 sec; from Tick select triggered_time % 60000 as t insert into Out;";
        SiddhiHost host = bench.host("again", text);
        host.start();
        clock.move(700);
        Checkpoint before = host.checkpoint();
        host.close();

        clock.move(3_600_000);
        SiddhiHost again = bench.host("again", text);
        List<String> out = listen(again);
        again.start(Optional.of(before));
        again.tick();
        assertThat(out).containsExactly("[700]");
        clock.move(299);
        again.tick();
        assertThat(out).hasSize(1);
        clock.move(1);
        again.tick();
        assertThat(out).containsExactly("[700]", "[1000]");
    }

    @Test
    void doesNotGoBackInTimeWhenTheWallClockDid() throws Exception {
        ManualClock clock = new ManualClock("2026-01-01T00:00:00Z");
        bench.wall = clock;
        String text = STREAM + "from S select currentTimeMillis() as t insert into Out;";
        SiddhiHost host = bench.host("again", text);
        host.start();
        clock.move(5_000);
        host.tick();
        Checkpoint before = host.checkpoint();
        host.close();
        clock.move(-5_000);

        SiddhiHost again = bench.host("again", text);
        List<String> out = listen(again);
        again.start(Optional.of(before));
        again.input("S").send(new Object[] {"k", 1L});

        assertThat(out).containsExactly("[" + before.header().clock() + "]");
    }

    @Test
    void handsOverALastCheckpointAfterTheLastEvent() throws Exception {
        SiddhiHost host = bench.host("again", STREAM + TOTALS);
        host.start();
        List<Checkpoint> last = new ArrayList<>();
        host.keepLast(checkpoint -> last.add(checkpoint.orElseThrow()));
        for (long value = 1; value <= 5; value++) {
            host.input("S").send(new Object[] {"k", value});
        }
        host.close();

        assertThat(last).hasSize(1);
        assertThat(sixth(last.get(0), STREAM + TOTALS)).isEqualTo("[6, 15]");
    }

    private Checkpoint afterFive(String text) throws Exception {
        SiddhiHost host = bench.host("again", text);
        host.start();
        for (long value = 1; value <= 5; value++) {
            host.input("S").send(new Object[] {"k", value});
        }
        Checkpoint checkpoint = host.checkpoint();
        host.close();
        return checkpoint;
    }

    /** What the app answers to one more event, of value 0. */
    private String sixth(Checkpoint from, String text) throws Exception {
        SiddhiHost host = bench.host("again", text);
        List<String> out = listen(host);
        report = host.start(Optional.of(from));
        host.input("S").send(new Object[] {"k", 0L});
        host.close();
        return String.join(" ", out);
    }

    private List<String> dropped() {
        return report.dropped().stream().map(RestoreReport.Dropped::toString).toList();
    }

    private static List<String> listen(SiddhiHost host) {
        List<String> out = new ArrayList<>();
        host.addCallback("Out", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                for (Event event : events) {
                    out.add(Arrays.toString(event.getData()));
                }
            }
        });
        return out;
    }
}

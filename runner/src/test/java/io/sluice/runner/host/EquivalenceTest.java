package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointFormat;
import io.sluice.runner.state.RestoreReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cuts a run in two at many places, restores a new instance of the app from the checkpoint of the place, and compares what comes out with a run without a
 * cut. {@code -Dcuts=all} cuts at every place.
 */
class EquivalenceTest {

    private static final int STEPS = 40;
    private static final int CUTS = 5;
    private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long TICK = 10;
    private static final String STREAMS =
            "define stream S (k string, v long, p double, f float, n int, t long, b bool);"
                    + " define stream T (k string, v long, p double, f float, n int, t long, b bool); ";
    private static final String[] KEYS = {"a", "x--y", "--z", "null", "c--", ""};

    /** Siddhi's time-based rate limiters count from the wall clock at their start, so that a run for them must begin now, and its ticks must be coarse. */
    private static final Pattern WALL_CLOCK = Pattern.compile("output \\w+ every \\d+ milliseconds");

    private static final long COARSE = 5;

    private record Step(String stream, Object[] event, long pause) {}

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    static Stream<Arguments> constructs() {
        return Constructs.all().entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("constructs")
    void goesOnAsIfNothingHadHappened(String name, String text) throws Exception {
        List<Step> steps = steps();
        List<String> uncut = run(text, steps, -1);
        assertThat(uncut)
                .as("%s: an app that says nothing proves nothing", name)
                .isNotEmpty();
        List<Integer> different = new ArrayList<>();
        for (int cut : cuts()) {
            if (!run(text, steps, cut).equals(uncut)) {
                different.add(cut);
            }
        }
        if (!different.isEmpty()) {
            assertThat(run(text, steps, different.get(0)))
                    .as("%s, cut after step %d; different cuts: %s", name, different.get(0), different)
                    .isEqualTo(uncut);
        }
        assertThat(different).isEmpty();
        assertThat(bench.failures).as(name).isEmpty();
    }

    private List<String> run(String text, List<Step> steps, int cut) throws Exception {
        boolean wallClock = WALL_CLOCK.matcher(text).find();
        long tick = wallClock ? TICK * COARSE : TICK;
        long began = System.currentTimeMillis();
        ManualClock clock = new ManualClock(
                Instant.ofEpochMilli(wallClock ? began - 1 : START).toString());
        bench.wall = clock;
        List<String> out = new ArrayList<>();
        SiddhiHost host = started(text, out, Optional.empty());
        if (wallClock && System.currentTimeMillis() - began >= tick - 1) {
            host.close();
            return run(text, steps, cut); // too slow a start to know the phase
        }
        for (int index = 0; index < steps.size(); index++) {
            Step step = steps.get(index);
            host.input(step.stream()).send(new Event(clock.millis(), step.event()));
            if (index == cut) {
                Checkpoint checkpoint = copied(host.checkpoint());
                host.close();
                host = started(text, out, Optional.of(checkpoint));
            }
            for (long left = step.pause(); left > 0; left -= TICK) {
                clock.move(tick);
                host.tick();
            }
        }
        host.close();
        return out;
    }

    private SiddhiHost started(String text, List<String> out, Optional<Checkpoint> from) throws Exception {
        SiddhiHost host = bench.host("equal", STREAMS + text);
        host.addCallback("Out", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                for (Event event : events) {
                    out.add((event.isExpired() ? "- " : "+ ") + Arrays.toString(event.getData()));
                }
            }
        });
        RestoreReport report = host.start(from);
        assertThat(report.dropped()).isEmpty();
        return host;
    }

    private static Checkpoint copied(Checkpoint checkpoint) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CheckpointFormat.write(checkpoint, bytes);
        return CheckpointFormat.read(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private static List<Integer> cuts() {
        List<Integer> cuts = new ArrayList<>();
        int every = "all".equals(System.getProperty("cuts")) ? 1 : STEPS / CUTS;
        for (int cut = every / 2; cut < STEPS; cut += every) {
            cuts.add(cut);
        }
        return cuts;
    }

    private static List<Step> steps() {
        Random random = new Random(7);
        List<Step> steps = new ArrayList<>();
        long time = 0;
        for (int index = 0; index < STEPS; index++) {
            long pause = random.nextInt(10) == 0 ? 400 : random.nextInt(6) * 10L;
            long value = random.nextInt(10);
            Object[] event = {
                KEYS[random.nextInt(KEYS.length)], value, value / 4.0, value / 2f, (int) value % 3, time, value > 4
            };
            steps.add(new Step(random.nextInt(3) == 0 ? "T" : "S", event, pause));
            time += pause + 1;
        }
        return steps;
    }
}

package io.sluice.runner.host;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.siddhi.query.compiler.SiddhiCompiler;
import io.sluice.runner.checkpoint.FileCheckpointStore;
import io.sluice.runner.state.Checkpoint;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long an app under full load stands still for a checkpoint: {@code count, sum group by} over the given number of keys. Run from the checkout after
 * {@code mvn -Dquick package}:
 *
 * <pre>{@code mvn -q -o -pl runner test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.sluice.runner.host.CheckpointPause -Dexec.args="100000 30"}</pre>
 */
public final class CheckpointPause {

    private CheckpointPause() {}

    /** Arguments: keys, checkpoints. */
    public static void main(String[] arguments) throws Exception {
        int keys = Integer.parseInt(arguments[0]);
        int checkpoints = Integer.parseInt(arguments[1]);
        SiddhiManager manager = new SiddhiManager();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        manager.setAttribute(
                SharedResources.ATTRIBUTE,
                new SharedResources(Vertx.vertx(), meters, Clock.systemUTC(), new LaneSources()));
        manager.setExtension("source:sequence", SequenceSource.class);
        Path folder = Files.createTempDirectory("checkpoint-pause");
        FileCheckpointStore store = new FileCheckpointStore(folder, 1);
        SiddhiHost host = host(manager, meters, keys);
        host.start();
        Counter events = meters.get("runner.events.processed").counter();
        while (events.count() < 2.0 * keys) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        Timer pause = meters.get("runner.checkpoint.pause").timer();
        double[] pauses = new double[checkpoints];
        double[] whole = new double[checkpoints];
        double[] saves = new double[checkpoints];
        double before = events.count();
        long began = System.nanoTime();
        Checkpoint last = null;
        for (int number = 0; number < checkpoints; number++) {
            double paused = pause.totalTime(TimeUnit.MICROSECONDS);
            long asked = System.nanoTime();
            last = host.checkpoint();
            long taken = System.nanoTime();
            store.save("pause", last);
            saves[number] = (System.nanoTime() - taken) / 1e6;
            whole[number] = (taken - asked) / 1e6;
            pauses[number] = (pause.totalTime(TimeUnit.MICROSECONDS) - paused) / 1e3;
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        double rate = (events.count() - before) / ((System.nanoTime() - began) / 1e9);
        System.out.printf(
                "keys %,d: %,.0f events/s, %,d bytes%n  pause ms first %.1f %s%n  asked to encoded ms %s%n  save ms %s%n",
                keys, rate, last.size(), pauses[0], text(pauses), text(whole), text(saves));
        host.close();
        SiddhiHost again = host(manager, meters, keys);
        long restoring = System.nanoTime();
        again.start(Optional.of(store.latest("pause").orElseThrow()));
        System.out.printf("  read and restored in ms %.0f%n", (System.nanoTime() - restoring) / 1e6);
        again.close();
        store.clear("pause");
        Files.delete(folder);
        System.exit(0);
    }

    private static String text(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return "p50 %.1f p95 %.1f max %.1f"
                .formatted(sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.95)], sorted[sorted.length - 1]);
    }

    private static SiddhiHost host(SiddhiManager manager, SimpleMeterRegistry meters, int keys) {
        return SiddhiHost.create(
                manager,
                SiddhiCompiler.parse(
                        "@App:name('pause') @source(type='sequence', total='" + Long.MAX_VALUE / 2 + "', keys='"
                                + keys + "') define stream In (k string, v long);"
                                + " from In select k, count() as c, sum(v) as s group by k insert into Out;"),
                "pause",
                new SiddhiHost.Environment(
                        new HostLimits(64, 4), InstantSource.system(), meters, failure -> {}, Durability.IMMEDIATE));
    }
}

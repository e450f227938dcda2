package io.sluice.runner.checkpoint;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.sluice.runner.state.Checkpoint;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How one running app stands with its checkpoints, as meters; {@code runner.checkpoint.pause} is the host's. */
final class Watched implements AutoCloseable {

    private final MeterRegistry registry;
    private final List<Meter> all = new ArrayList<>();
    private final Timer saving;
    private final Counter failures;
    private volatile long keptAt;
    private volatile long bytes;
    private volatile @Nullable Future<?> timer;

    Watched(MeterRegistry registry, String app, InstantSource wall) {
        this.registry = registry;
        Tags tags = Tags.of("app", app);
        this.keptAt = wall.millis();
        this.saving = keep(Timer.builder("runner.checkpoint.save")
                .description("How long it took to make a checkpoint durable.")
                .tags(tags)
                .register(registry));
        this.failures = keep(Counter.builder("runner.checkpoint.failures")
                .description("Checkpoints that could not be taken or kept.")
                .tags(tags)
                .register(registry));
        keep(Gauge.builder("runner.checkpoint.age", this, own -> (wall.millis() - own.keptAt) / 1_000.0)
                .description("Time since the last durable checkpoint, or since the start.")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry));
        keep(Gauge.builder("runner.checkpoint.size", this, own -> own.bytes)
                .description("Size of the last durable checkpoint.")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry));
    }

    void timer(Future<?> periodic) {
        timer = periodic;
    }

    void kept(Checkpoint checkpoint, long nanos) {
        saving.record(nanos, TimeUnit.NANOSECONDS);
        keptAt = checkpoint.header().takenAt();
        bytes = checkpoint.size();
    }

    void failed() {
        failures.increment();
    }

    void stop() {
        Future<?> periodic = timer;
        if (periodic != null) {
            periodic.cancel(false);
        }
    }

    @Override
    public void close() {
        stop();
        all.forEach(registry::remove);
    }

    private <M extends Meter> M keep(M meter) {
        all.add(meter);
        return meter;
    }
}

package io.sluice.runner.host;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the host counts per app. Closing removes the meters, so that a stopped app leaves none behind. */
final class HostMeters implements AutoCloseable {

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> all = new ArrayList<>();
    private final Counter batches;
    private final Counter events;
    private final Timer pause;
    private final Map<Failure.Kind, Counter> failures = new EnumMap<>(Failure.Kind.class);

    HostMeters(MeterRegistry registry, String app) {
        this.registry = registry;
        this.tags = Tags.of("app", app);
        this.batches = keep(registry.counter("runner.batches.processed", tags));
        this.events = keep(registry.counter("runner.events.processed", tags));
        this.pause = keep(Timer.builder("runner.checkpoint.pause")
                .description("How long the app stood still while its state was copied.")
                .publishPercentiles(0.5, 0.99)
                .tags(tags)
                .register(registry));
        for (Failure.Kind kind : Failure.Kind.values()) {
            String word = kind.name().toLowerCase(Locale.ROOT);
            failures.put(kind, keep(registry.counter("runner.failures", tags.and("kind", word))));
        }
    }

    /** Shows the lane: {@code runner_inbox_batches}, {@code runner_lane_timers}, {@code runner_lane_busy_seconds_total}. */
    void watch(Lane lane) {
        keep(Gauge.builder("runner.inbox.batches", lane, Lane::waiting)
                .tags(tags)
                .register(registry));
        keep(Gauge.builder("runner.lane.timers", lane, Lane::scheduled)
                .tags(tags)
                .register(registry));
        keep(FunctionCounter.builder("runner.lane.busy", lane, busy -> busy.busyNanos() / 1e9)
                .baseUnit("seconds")
                .tags(tags)
                .register(registry));
    }

    /** How long the app stood still for a checkpoint. */
    void paused(long nanos) {
        pause.record(nanos, TimeUnit.NANOSECONDS);
    }

    void batch() {
        batches.increment();
    }

    void events(int number) {
        events.increment(number);
    }

    void failure(Failure.Kind kind) {
        Counter counter = failures.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void close() {
        all.forEach(registry::remove);
    }

    private <M extends Meter> M keep(M meter) {
        all.add(meter);
        return meter;
    }
}

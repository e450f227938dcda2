package io.sluice.siddhi.kit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The same meters, under the same names, for every source, sink and store. Labels are {@code app}, {@code stream} and {@code type}; drops add
 * {@code reason} and {@code intentional}. Thread-safe. Closing removes the meters, so that an undeployed app leaves none behind.
 */
public final class ExtensionMeters implements AutoCloseable {

    private final MeterRegistry registry;
    private final String kind;
    private final Tags tags;
    private final Counter events;
    private final Counter errors;
    private final Map<String, Counter> drops = new ConcurrentHashMap<>();
    private final Map<String, Counter> named = new ConcurrentHashMap<>();
    private final List<Meter> meters = new ArrayList<>();

    private ExtensionMeters(MeterRegistry registry, String kind, String verb, String app, String stream, String type) {
        this.registry = registry;
        this.kind = kind;
        this.tags = Tags.of("app", app, "stream", stream, "type", type);
        this.events = keep(registry.counter("runner." + kind + ".events." + verb, tags));
        this.errors = keep(registry.counter("runner." + kind + ".errors", tags));
    }

    /** Meters {@code runner_source_events_received_total}, {@code runner_source_errors_total} and the drops. */
    public static ExtensionMeters source(SharedResources resources, String app, String stream, String type) {
        return new ExtensionMeters(resources.meters(), "source", "received", app, stream, type);
    }

    /** Meters {@code runner_sink_events_sent_total}, {@code runner_sink_errors_total} and the drops. */
    public static ExtensionMeters sink(SharedResources resources, String app, String stream, String type) {
        return new ExtensionMeters(resources.meters(), "sink", "sent", app, stream, type);
    }

    /** Meters {@code runner_store_events_written_total}, {@code runner_store_errors_total} and the drops; the label {@code stream} is the table. */
    public static ExtensionMeters store(SharedResources resources, String app, String table, String type) {
        return new ExtensionMeters(resources.meters(), "store", "written", app, table, type);
    }

    /** Counts events received by a source, sent by a sink or written to a store. */
    public void count(long number) {
        events.increment(number);
    }

    /**
     * Counts something only this extension knows, for example {@code slow.consumers.disconnected}, in {@code runner_<kind>_<name>_total}.
     *
     * @param labels more labels as name, value, name, value; the names are always the same for a name, and the values are few
     */
    public void count(String name, long number, String... labels) {
        named.computeIfAbsent(
                        name + List.of(labels),
                        key -> keep(registry.counter("runner." + kind + "." + name, tags.and(labels))))
                .increment(number);
    }

    /** Counts one failure of the outside world: a refused connection, a failed send. */
    public void error() {
        errors.increment();
    }

    /**
     * Counts dropped events in {@code runner_events_dropped_total}.
     *
     * @param reason one of a few constants, for example {@code slow_consumer}
     * @param intentional whether the user asked for it by an option
     */
    public void dropped(String reason, boolean intentional, long number) {
        drops.computeIfAbsent(
                        reason + intentional,
                        key -> keep(registry.counter(
                                "runner.events.dropped",
                                tags.and("reason", reason, "intentional", String.valueOf(intentional)))))
                .increment(number);
    }

    /**
     * Shows a number that the extension holds, for example {@code connected} or {@code queue.events}, as {@code runner_<kind>_<name>}.
     *
     * @param labels more labels as name, value, name, value; their values must be few
     */
    public void gauge(String name, Supplier<Number> value, String... labels) {
        keep(Gauge.builder("runner." + kind + "." + name, value)
                .tags(tags.and(labels))
                .register(registry));
    }

    @Override
    public synchronized void close() {
        meters.forEach(registry::remove);
        meters.clear();
    }

    private synchronized <M extends Meter> M keep(M meter) {
        meters.add(meter);
        return meter;
    }
}

package io.sluice.dataservice.reply;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What is counted and timed. Labels come from service files and enums, never from a request. Thread-safe. */
public final class DataMeters {

    private final MeterRegistry registry;

    /** @param registry where they go */
    public DataMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The registry itself. */
    public MeterRegistry registry() {
        return registry;
    }

    /** A request that was answered, or cut. */
    public void answered(String service, String resource, String verb, int status, Duration took) {
        Timer.builder("dataservice.request.duration")
                .description("Time from the request to its last byte")
                .tag("service", service)
                .tag("resource", resource)
                .tag("verb", verb)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(took);
    }

    /** Rows that were written into replies. */
    public void rows(String service, long count) {
        registry.counter("dataservice.rows", "service", service).increment(count);
    }

    /** A reply that was cut before its end: the client left, took nothing, or the database failed. */
    public void cut(String service, String reason) {
        registry.counter("dataservice.replies.cut", "service", service, "reason", reason)
                .increment();
    }
}

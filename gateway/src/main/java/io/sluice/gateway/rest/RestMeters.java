package io.sluice.gateway.rest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The metrics of one REST API. */
final class RestMeters implements AutoCloseable {

    /** Status that is counted where the client left before the answer, as nginx does. */
    static final int CLIENT_GONE = 499;

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final String api;
    private final Timer duration;
    private final Counter retries;
    private final Counter opened;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final List<Meter> gauges = new ArrayList<>();

    RestMeters(MeterRegistry registry, String api) {
        this.registry = registry;
        this.api = api;
        this.duration = Timer.builder("gateway.request.duration")
                .tag("api", api)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.retries = registry.counter("gateway.upstream.retries", "api", api);
        this.opened = registry.counter("gateway.upstream.breaker.opened", "api", api);
    }

    /** Starts {@code gateway_upstream_in_flight} and {@code gateway_upstream_breaker_state}: 0 closed, 1 half open, 2 open. */
    void watch(CircuitBreaker breaker) {
        gauges.add(Gauge.builder("gateway.upstream.in.flight", inFlight, AtomicInteger::get)
                .tag("api", api)
                .register(registry));
        gauges.add(Gauge.builder(
                        "gateway.upstream.breaker.state",
                        breaker,
                        watched -> watched.state().ordinal())
                .tag("api", api)
                .register(registry));
    }

    void began() {
        inFlight.incrementAndGet();
    }

    /** Ends what {@link #began} counted and times it: {@code gateway_request_duration_seconds}, from the request's head to the end of the answer. */
    void ended(long startedNanos) {
        inFlight.decrementAndGet();
        duration.record(Duration.ofNanos(System.nanoTime() - startedNanos));
    }

    /** {@code gateway_requests_total}: an answer that came from the upstream, or a pre-flight. */
    void answered(int status) {
        registry.counter("gateway.requests", "api", api, "status", Integer.toString(status))
                .increment();
    }

    /** {@code gateway_upstream_faults_total}: what the upstream did wrong, once per attempt. */
    void fault(String fault) {
        registry.counter("gateway.upstream.faults", "api", api, "fault", fault).increment();
    }

    void fault(RestError error) {
        fault(error.name().toLowerCase(Locale.ROOT));
    }

    /** {@code gateway_upstream_retries_total}. */
    void retried() {
        retries.increment();
    }

    /** {@code gateway_upstream_breaker_opened_total}. */
    void breakerOpened() {
        opened.increment();
    }

    @Override
    public void close() {
        gauges.forEach(registry::remove);
        gauges.clear();
    }
}

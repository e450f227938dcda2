package io.sluice.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The gateway's metrics. Every label has few values: API names, statuses, close codes. */
final class GatewayMeters {

    /** Label {@code api} of requests that belong to no API. */
    static final String NO_API = "none";

    private static final Set<Integer> CLOSE_CODES =
            Set.of(1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1013, StreamProtocol.TOKEN_EXPIRED);

    private final MeterRegistry registry;

    GatewayMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** {@code gateway_requests_total}: one answered request or handshake; {@code status} 101 for an accepted one. */
    void request(String api, int status) {
        registry.counter("gateway.requests", "api", api, "status", Integer.toString(status))
                .increment();
    }

    /** {@code gateway_token_checks_total} for what never reaches the verifier, which counts the rest: {@code missing} or {@code malformed}. */
    void tokenCheck(String result) {
        registry.counter("gateway.token.checks", "result", result).increment();
    }

    /** For the metrics of REST APIs, which are counted where they arise. */
    MeterRegistry registry() {
        return registry;
    }

    OfApi of(String api) {
        return new OfApi(registry, api);
    }

    /** The metrics of one API. */
    static final class OfApi {
        private final MeterRegistry registry;
        private final String api;
        private final Counter received;
        private final Counter sent;
        private final Counter clientMessages;
        private final Counter paused;
        private final List<Gauge> gauges = new ArrayList<>();

        private OfApi(MeterRegistry registry, String api) {
            this.registry = registry;
            this.api = api;
            this.received = registry.counter("gateway.events.received", "api", api);
            this.sent = registry.counter("gateway.events.sent", "api", api);
            this.clientMessages = registry.counter("gateway.client.messages.ignored", "api", api);
            this.paused = registry.counter("gateway.upstream.paused", "api", api);
        }

        /** {@code gateway_events_received_total} and, once per subscriber it is handed to, {@code gateway_events_sent_total}. */
        void event(int subscribers) {
            received.increment();
            sent.increment(subscribers);
        }

        /** {@code gateway_events_dropped_total}: never on purpose of the API's author, hence {@code intentional="false"}. */
        void dropped(String reason, long events) {
            registry.counter("gateway.events.dropped", "api", api, "reason", reason, "intentional", "false")
                    .increment(events);
        }

        /** {@code gateway_slow_consumers_closed_total}: subscribers closed with 1013. */
        void slowConsumerClosed() {
            registry.counter("gateway.slow.consumers.closed", "api", api).increment();
        }

        /** {@code gateway_client_messages_ignored_total}. */
        void clientMessage() {
            clientMessages.increment();
        }

        /** {@code gateway_upstream_paused_total}: how often the upstream was held back because the event loops were behind. */
        void paused() {
            paused.increment();
        }

        /** {@code gateway_websocket_closed_total}; codes that only a peer may choose count as {@code other}. */
        void closed(int code) {
            String label = CLOSE_CODES.contains(code) ? Integer.toString(code) : "other";
            registry.counter("gateway.websocket.closed", "api", api, "code", label)
                    .increment();
        }

        /** Starts {@code gateway_websocket_sessions} and {@code gateway_upstream_connected}. */
        void watch(StreamHub hub) {
            gauges.add(gauge("gateway.websocket.sessions", hub, StreamHub::sessions));
            gauges.add(gauge(
                    "gateway.upstream.connected",
                    hub,
                    watched -> watched.upstream().connected() ? 1 : 0));
        }

        /** Ends what {@link #watch} started. */
        void unwatch() {
            gauges.forEach(registry::remove);
            gauges.clear();
        }

        private Gauge gauge(String name, StreamHub hub, ToDoubleFunction<StreamHub> value) {
            return Gauge.builder(name, hub, value).tag("api", api).register(registry);
        }
    }
}

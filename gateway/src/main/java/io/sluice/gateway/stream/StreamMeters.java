package io.sluice.gateway.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The metrics of streaming APIs. Every label has few values: API names, reasons, close codes. */
public final class StreamMeters {

    private static final Set<Integer> CLOSE_CODES =
            Set.of(1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1013, StreamProtocol.TOKEN_EXPIRED);

    private final MeterRegistry registry;

    /** @param registry where they are kept */
    public StreamMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Those of one API. */
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

        /** {@code gateway_events_sent_total}: events that readers passed on. */
        void sent(long events) {
            sent.increment(events);
        }

        /** {@code gateway_events_dropped_total} with reason {@code conflated}: a newer event had the same key, as the API's author wants it. */
        void conflated(long events) {
            if (events > 0) {
                registry.counter("gateway.events.dropped", "api", api, "reason", "conflated", "intentional", "true")
                        .increment(events);
            }
        }

        /** {@code gateway_token_refreshes_total}: tokens handed in on open connections. */
        void tokenRefresh(boolean taken) {
            registry.counter("gateway.token.refreshes", "api", api, "result", taken ? "taken" : "refused")
                    .increment();
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

        /** Starts {@code gateway_websocket_sessions} (all transports), {@code gateway_upstream_connected} and {@code gateway_replay_events} and {@code _bytes}. */
        void watch(StreamHub hub) {
            gauges.add(gauge("gateway.websocket.sessions", hub, StreamHub::sessions));
            gauges.add(gauge("gateway.replay.events", hub, StreamHub::kept));
            gauges.add(gauge("gateway.replay.bytes", hub, StreamHub::keptBytes));
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

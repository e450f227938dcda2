package io.sluice.gateway;

import io.micrometer.core.instrument.MeterRegistry;

/** The gateway's metrics. Every label has few values: API names, statuses. */
final class GatewayMeters {

    /** Label {@code api} of requests that belong to no API. */
    static final String NO_API = "none";

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

    /** For the metrics of streams and REST APIs, which are counted where they arise. */
    MeterRegistry registry() {
        return registry;
    }
}

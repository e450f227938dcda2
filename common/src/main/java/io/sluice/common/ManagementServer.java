package io.sluice.common;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;

/** Serves {@code /health/live}, {@code /health/ready} and {@code /metrics} on a port of its own. */
public final class ManagementServer implements Service {

    /** Opens nothing yet. */
    public ManagementServer(Vertx vertx, ManagementConfig config, PrometheusMeterRegistry meters, HealthChecks health) {
        throw new IllegalStateException(vertx.toString() + config + meters + health);
    }

    @Override
    public String name() {
        return "management";
    }

    @Override
    public void start() {}

    /** The port that is bound; valid after {@link #start()}. */
    public int port() {
        return 0;
    }

    @Override
    public void close() {}
}

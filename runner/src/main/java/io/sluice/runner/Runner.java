package io.sluice.runner;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.Service;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/** Hosts the Siddhi apps of one folder, each with an owner thread of its own. */
public final class Runner implements Service {

    private final RunnerConfig config;
    private final Path home;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final HealthChecks health;

    /**
     * Opens nothing.
     *
     * @param config which apps, and within which bounds
     * @param home where state lives; the error store is below it
     * @param vertx event loops for the extensions; stays open
     * @param meters where the runner and the extensions count
     * @param health gets one check per app, {@code app:<name>}
     */
    public Runner(RunnerConfig config, Path home, Vertx vertx, MeterRegistry meters, HealthChecks health) {
        this.config = config;
        this.home = home;
        this.vertx = vertx;
        this.meters = meters;
        this.health = health;
    }

    @Override
    public String name() {
        return "runner";
    }

    @Override
    public void start() {
        throw new IllegalStateException("" + config + home + vertx + meters + health);
    }

    @Override
    public void close() {
        // nothing is open yet
    }
}

package io.sluice.cli;

import io.sluice.common.HealthChecks;
import io.sluice.common.Service;

/**
 * Keeps {@code /health/ready} from saying yes while the process still starts, or already stops: the parts add their own checks only when they start, and take
 * them away when they stop. Made before the health port opens; the last service to start, hence the first to stop.
 */
final class Readiness implements Service {

    private static final String CHECK = "process";

    private final HealthChecks health;

    /** Down from now on. */
    Readiness(HealthChecks health) {
        this.health = health;
        set(false, "starting");
    }

    @Override
    public String name() {
        return "readiness";
    }

    @Override
    public void start() {
        set(true, "started");
    }

    @Override
    public void close() {
        set(false, "stopping");
    }

    private void set(boolean up, String detail) {
        HealthChecks.State state = new HealthChecks.State(up, detail);
        health.register(CHECK, () -> state);
    }
}

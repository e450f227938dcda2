package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.HealthChecks;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private final HealthChecks health = new HealthChecks();
    private final Readiness readiness = new Readiness(health);

    private HealthChecks.State state() {
        return health.states().values().iterator().next();
    }

    @Test
    void isDownBeforeTheStart() {
        assertThat(state()).isEqualTo(new HealthChecks.State(false, "starting"));
    }

    @Test
    void isUpOnceEverythingHasStartedAndDownAgainWhileItStops() {
        readiness.start();
        assertThat(state()).isEqualTo(new HealthChecks.State(true, "started"));

        readiness.close();
        assertThat(state()).isEqualTo(new HealthChecks.State(false, "stopping"));
    }
}

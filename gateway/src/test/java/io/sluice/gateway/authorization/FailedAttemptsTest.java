package io.sluice.gateway.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.auth.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {

    private final FakeClock clock = FakeClock.at("2026-01-01T00:00:00Z");
    private final FailedAttempts attempts = new FailedAttempts(clock);

    @Test
    void letsAFewMistakesPass() {
        fail("app", FailedAttempts.LIMIT - 1);

        assertThat(attempts.wait("app", "10.0.0.1")).isZero();
    }

    @Test
    void tellsHowLongToWaitUntilTheWindowEnds() {
        fail("app", FailedAttempts.LIMIT);
        clock.advance(Duration.ofSeconds(20));

        assertThat(attempts.wait("app", "10.0.0.1")).isEqualTo(Duration.ofSeconds(40));
        clock.advance(Duration.ofSeconds(40));
        assertThat(attempts.wait("app", "10.0.0.1")).isZero();
    }

    @Test
    void startsAfreshInTheNextWindow() {
        fail("app", FailedAttempts.LIMIT);
        clock.advance(FailedAttempts.WINDOW);
        fail("app", 1);

        assertThat(attempts.wait("app", "10.0.0.1")).isZero();
    }

    @Test
    void countsClientsAndAddressesApart() {
        fail("app", FailedAttempts.LIMIT);

        assertThat(attempts.wait("other", "10.0.0.1")).isZero();
        assertThat(attempts.wait("app", "10.0.0.2")).isZero();
    }

    @Test
    void forgetsTheOldestWhenThereAreTooMany() {
        fail("app", FailedAttempts.LIMIT);
        for (int i = 1; i < FailedAttempts.MAX_REMEMBERED; i++) {
            attempts.failed("app", "address-" + i);
        }
        assertThat(attempts.wait("app", "10.0.0.1")).isPositive();
        for (int i = 0; i < FailedAttempts.MAX_REMEMBERED; i++) {
            attempts.failed("app", "another-" + i);
        }

        assertThat(attempts.wait("app", "10.0.0.1")).isZero();
    }

    private void fail(String client, int times) {
        for (int i = 0; i < times; i++) {
            attempts.failed(client, "10.0.0.1");
        }
    }
}

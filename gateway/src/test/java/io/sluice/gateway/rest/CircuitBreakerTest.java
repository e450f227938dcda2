package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.api.RestApi;
import io.sluice.gateway.auth.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

    private static final Duration OPEN_FOR = Duration.ofSeconds(10);

    private final FakeClock clock = FakeClock.at("2026-01-01T00:00:00Z");
    private final List<CircuitBreaker.State> turns = new ArrayList<>();
    private final CircuitBreaker breaker = new CircuitBreaker(new RestApi.Breaker(3, OPEN_FOR), clock, turns::add);

    @Test
    void opensAfterFaultsInARow() {
        call().failed();
        call().failed();
        call().succeeded();
        call().failed();
        call().failed();
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);

        call().failed();

        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(breaker.ask()).isEqualTo(new CircuitBreaker.Admission.Refused(OPEN_FOR));
        assertThat(turns).containsExactly(CircuitBreaker.State.OPEN);
    }

    @Test
    void letsOneCallTryWhenTheTimeIsOver() {
        open();
        clock.advance(OPEN_FOR);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);

        CircuitBreaker.Call trial = call();
        assertThat(breaker.ask()).isInstanceOf(CircuitBreaker.Admission.Refused.class);
        trial.succeeded();

        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(turns).containsExactly(CircuitBreaker.State.OPEN, CircuitBreaker.State.CLOSED);
        call().failed();
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED); // counts from the start again
    }

    @Test
    void opensAgainWhenTheTrialFails() {
        open();
        clock.advance(OPEN_FOR);

        call().failed();

        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(turns).containsExactly(CircuitBreaker.State.OPEN, CircuitBreaker.State.OPEN);
    }

    @Test
    void letsAnotherCallTryWhenTheClientOfTheTrialLeft() {
        open();
        clock.advance(OPEN_FOR);

        call().withdrawn();

        call().succeeded();
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void listensToNoCallThatBeganBeforeItOpened() {
        CircuitBreaker.Call early = call();
        CircuitBreaker.Call other = call();
        open();

        early.succeeded();
        other.failed();

        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(turns).containsExactly(CircuitBreaker.State.OPEN);
    }

    private void open() {
        for (int i = 0; i < 3; i++) {
            call().failed();
        }
    }

    private CircuitBreaker.Call call() {
        return ((CircuitBreaker.Admission.Allowed) breaker.ask()).call();
    }
}

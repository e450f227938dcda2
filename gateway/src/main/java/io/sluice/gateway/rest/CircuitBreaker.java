package io.sluice.gateway.rest;

import io.sluice.gateway.api.RestApi;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Stops asking an upstream that is down. Closed at first; open after so many faults in a row; half open once the time is over: then one call may
 * try, and its outcome closes or opens it again. Calls that began before it opened change nothing any more. Thread-safe.
 */
final class CircuitBreaker {

    /** Where it stands. The order is that of the metric. */
    enum State {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    /** Whether a call may be made. */
    sealed interface Admission {
        /** It may; exactly one of the methods must be called in the end. */
        record Allowed(Call call) implements Admission {}

        /** It may not, for so long. */
        record Refused(Duration retryAfter) implements Admission {}
    }

    private final RestApi.Breaker config;
    private final Clock clock;
    private final Consumer<State> turned;
    private State state = State.CLOSED; // this and below: guarded by this
    private int failures;
    private int generation;
    private boolean trying;
    private Instant openUntil = Instant.MIN;

    /** @param turned told each time it opens or closes, on the thread of the call that made it */
    CircuitBreaker(RestApi.Breaker config, Clock clock, Consumer<State> turned) {
        this.config = config;
        this.clock = clock;
        this.turned = turned;
    }

    synchronized State state() {
        return state == State.OPEN && !clock.instant().isBefore(openUntil) ? State.HALF_OPEN : state;
    }

    synchronized Admission ask() {
        State now = state();
        if (now == State.OPEN) {
            return new Admission.Refused(Duration.between(clock.instant(), openUntil));
        }
        if (now == State.HALF_OPEN) {
            if (trying) {
                return new Admission.Refused(Duration.ofSeconds(1));
            }
            state = State.HALF_OPEN;
            trying = true;
        }
        return new Admission.Allowed(new Call(generation));
    }

    private void succeeded(int begun) {
        synchronized (this) {
            if (begun != generation) {
                return;
            }
            failures = 0;
            trying = false;
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
        }
        turned.accept(State.CLOSED);
    }

    private void failed(int begun) {
        synchronized (this) {
            if (begun != generation || (++failures < config.failures() && state == State.CLOSED)) {
                return;
            }
            state = State.OPEN;
            failures = 0;
            trying = false;
            generation++;
            openUntil = clock.instant().plus(config.openFor());
        }
        turned.accept(State.OPEN);
    }

    private synchronized void withdrawn(int begun) {
        if (begun == generation) {
            trying = false;
        }
    }

    /** One call to the upstream. */
    final class Call {
        private final int begun;

        private Call(int begun) {
            this.begun = begun;
        }

        /** The upstream answered, whatever the status. */
        void succeeded() {
            CircuitBreaker.this.succeeded(begun);
        }

        /** The upstream did not answer, or not in HTTP. */
        void failed() {
            CircuitBreaker.this.failed(begun);
        }

        /** Nothing was learnt about the upstream, for example because the client left. */
        void withdrawn() {
            CircuitBreaker.this.withdrawn(begun);
        }
    }
}

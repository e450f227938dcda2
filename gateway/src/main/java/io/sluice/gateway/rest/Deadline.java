package io.sluice.gateway.rest;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Tells when a call takes too long: a part of it, or the whole. One timer; on one event loop. */
final class Deadline {

    private final Vertx vertx;
    private final long startedNanos;
    private final Duration whole;
    private final Runnable late;
    private long timer;

    /**
     * @param startedNanos when the call began, as {@link System#nanoTime()}
     * @param late called when the part that was {@link #arm armed} last, or the whole, is over
     */
    Deadline(Vertx vertx, long startedNanos, Duration whole, Runnable late) {
        this.vertx = vertx;
        this.startedNanos = startedNanos;
        this.whole = whole;
        this.late = late;
    }

    /** From now on the next part may take so long, but not longer than what is left of the whole. */
    void arm(Duration atMost) {
        cancel();
        timer = vertx.setTimer(Math.max(1, Math.min(atMost.toMillis(), left())), fired -> late.run());
    }

    void cancel() {
        vertx.cancelTimer(timer);
    }

    private long left() {
        return whole.toMillis() - (System.nanoTime() - startedNanos) / 1_000_000;
    }
}

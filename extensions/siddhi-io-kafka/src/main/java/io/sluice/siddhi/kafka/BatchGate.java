package io.sluice.siddhi.kafka;

import java.time.Duration;

/** Counts batches on their way through the app, and keeps further ones back while paused. Thread-safe. */
final class BatchGate {

    private long inFlight;
    private boolean paused;
    private boolean closed;

    /** Waits while paused, then lets a batch in; false if closed. */
    synchronized boolean enter() throws InterruptedException {
        while (paused && !closed) {
            wait();
        }
        if (closed) {
            return false;
        }
        inFlight++;
        return true;
    }

    /** The app is through with a batch. */
    synchronized void leave() {
        inFlight--;
        notifyAll();
    }

    synchronized void pause() {
        paused = true;
    }

    /** Waits until nothing is in flight; false if that did not happen within the limit. */
    synchronized boolean awaitIdle(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (inFlight > 0 && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    synchronized long inFlight() {
        return inFlight;
    }

    /** Lets nothing in any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}

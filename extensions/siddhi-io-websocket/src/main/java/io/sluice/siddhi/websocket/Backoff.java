package io.sluice.siddhi.websocket;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: doubling, bounded, and spread by a fifth either way so that many clients of one server do not return at
 * the same instant.
 *
 * @param first wait after the first failure
 * @param longest no wait is longer
 * @param random numbers from 0 (included) to 1
 */
record Backoff(Duration first, Duration longest, DoubleSupplier random) {

    /** The wait after so many failures in a row, 0 or more. */
    Duration after(int failures) {
        long doubled = first.toMillis() << Math.min(failures, 20);
        double spread = 0.8 + 0.4 * random.getAsDouble();
        return Duration.ofMillis(Math.min((long) (doubled * spread), longest.toMillis()));
    }
}

package io.sluice.gateway.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubles from {@code first} up to {@code max}; half of each wait is random, so that many gateways do
 * not come back at the same moment. Not thread-safe.
 */
final class BackOff {
    private final Duration first;
    private final Duration max;
    private final RandomGenerator random;
    private Duration ceiling;

    BackOff(Duration first, Duration max, RandomGenerator random) {
        this.first = first;
        this.max = max;
        this.random = random;
        this.ceiling = first;
    }

    /** The wait before the next attempt: between half of the current step and the whole step; at least 1 ms. */
    Duration next() {
        long step = ceiling.toMillis();
        Duration doubled = ceiling.multipliedBy(2);
        ceiling = doubled.compareTo(max) > 0 ? max : doubled;
        return Duration.ofMillis(Math.max(1, step / 2 + random.nextLong(step / 2 + 1)));
    }

    /** Starts over with the shortest wait. */
    void reset() {
        ceiling = first;
    }
}

package io.sluice.siddhi.kafka;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waiting times between attempts: doubling from 100 ms to 10 s, each shortened by up to a fifth at random. Not thread-safe. */
final class Backoff {

    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 10_000;

    private final RandomGenerator random;
    private long millis = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The time to wait before the next attempt. */
    Duration next() {
        long wait = millis - (long) (random.nextDouble() * millis / 5);
        millis = Math.min(LONGEST_MILLIS, millis * 2);
        return Duration.ofMillis(wait);
    }

    /** An attempt succeeded. */
    void reset() {
        millis = FIRST_MILLIS;
    }
}

package io.sluice.siddhi.http;

import java.util.TreeSet;

/** Counts deliveries that end in any order, for {@link io.sluice.siddhi.kit.PendingOutput}. Holds those under way only. Thread-safe. */
final class Deliveries {

    private final TreeSet<Long> open = new TreeSet<>(); // guarded by this, like the next
    private long given;

    /** A delivery begins; its number is for {@link #settled(long)}. */
    synchronized long begin() {
        given++;
        open.add(given);
        return given;
    }

    /** The delivery was answered, or {@code on.error} has taken it. */
    synchronized void settled(long number) {
        open.remove(number);
    }

    synchronized long given() {
        return given;
    }

    /** How many are settled from the first on without a gap. */
    synchronized long settled() {
        return open.isEmpty() ? given : open.first() - 1;
    }
}

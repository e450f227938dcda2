package io.sluice.dataservice.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Tells up to which key all rows are there. Numbers are drawn in order but become visible at commit, so a lower one may appear later. A key that was seen
 * {@code settle} ago has no such row below it any more, as long as no transaction lasts longer than {@code settle} from drawing its number to its commit.
 * Time is this process's own; clocks of writers do not matter. Used by one thread at a time.
 */
final class Watermark {

    private record Seen(long nanos, long key) {}

    private final long settleNanos;
    private final Deque<Seen> seen = new ArrayDeque<>();
    private @Nullable Long safe;

    Watermark(Duration settle) {
        this.settleNanos = settle.toNanos();
    }

    /**
     * Notes the highest key that is visible now.
     *
     * @param nanos {@link System#nanoTime()} before the look
     */
    void observe(long nanos, long key) {
        Seen last = seen.peekLast();
        if (last == null || key > last.key()) {
            seen.addLast(new Seen(nanos, key));
        }
    }

    /**
     * The highest key below which nothing can appear any more, or null if there is none yet.
     *
     * @param nanos {@link System#nanoTime()} before the look that will use it
     */
    @Nullable
    Long safe(long nanos) {
        while (!seen.isEmpty() && nanos - seen.getFirst().nanos() >= settleNanos) {
            safe = seen.removeFirst().key();
        }
        return safe;
    }

    /** Whether a key was seen that is not safe yet. */
    boolean waiting() {
        return !seen.isEmpty();
    }
}

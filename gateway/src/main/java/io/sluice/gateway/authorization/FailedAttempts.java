package io.sluice.gateway.authorization;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down who guesses secrets: after {@link #LIMIT} wrong ones for one client from one address within {@link #WINDOW}, no more are looked at until the
 * window ends. The address counts, so that a stranger cannot lock a client out. At most {@value #MAX_REMEMBERED} windows are remembered; then the one
 * that was touched longest ago is forgotten. Thread-safe.
 */
final class FailedAttempts {

    static final int LIMIT = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);
    static final int MAX_REMEMBERED = 1_000;

    private record Key(String client, String address) {}

    private record Window(int failures, Instant end) {}

    private final Clock clock;
    private final Map<Key, Window> windows = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    private final int limit;
    private final Duration length;

    FailedAttempts(Clock clock) {
        this(clock, LIMIT, WINDOW);
    }

    /**
     * @param limit failures that are let through in a window
     * @param length of a window
     */
    FailedAttempts(Clock clock, int limit, Duration length) {
        this.clock = clock;
        this.limit = limit;
        this.length = length;
    }

    /** How long to wait before the next attempt; zero when it may be made now. */
    synchronized Duration wait(String client, String address) {
        Window window = windows.get(new Key(client, address));
        if (window == null || window.failures() < limit) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), window.end());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Notes a wrong secret. */
    synchronized void failed(String client, String address) {
        Instant now = clock.instant();
        Key key = new Key(client, address);
        Window window = windows.get(key);
        if (window == null || !now.isBefore(window.end())) {
            window = new Window(0, now.plus(length));
        }
        windows.put(key, new Window(window.failures() + 1, window.end()));
        if (windows.size() > MAX_REMEMBERED) {
            Iterator<Key> oldest = windows.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Takes back so many failures, at most those that were noted. */
    synchronized void forgive(String client, String address, int count) {
        windows.computeIfPresent(
                new Key(client, address),
                (key, window) -> new Window(Math.max(0, window.failures() - count), window.end()));
    }
}

package io.sluice.gateway.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds the work for those who send bad tokens, since checking a forged one costs up to a millisecond: after so many from one address in a {@link #WINDOW}, tokens from there that are
 * not known to be good are not looked at until it ends. IPv6 addresses count by their first 64 bits. At most {@value #MAX} addresses are remembered; then the one that
 * was quiet for longest is forgotten. Thread-safe.
 */
public final class Strangers {

    /** In which bad tokens are counted. */
    public static final Duration WINDOW = Duration.ofMinutes(1);

    static final int MAX = 10_000;

    private record Window(int bad, Instant end) {}

    private final int limit;
    private final Clock clock;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    /** @param limit bad tokens of one address in a window */
    public Strangers(int limit, Clock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** How long to wait until the next token from there is looked at; zero for now. */
    public synchronized Duration wait(String address) {
        Window window = windows.get(network(address));
        if (window == null || window.bad() < limit) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), window.end());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Notes a bad one. */
    public synchronized void bad(String address) {
        Instant now = clock.instant();
        String network = network(address);
        Window window = windows.get(network);
        if (window == null || !now.isBefore(window.end())) {
            window = new Window(0, now.plus(WINDOW));
        }
        windows.put(network, new Window(window.bad() + 1, window.end()));
        if (windows.size() > MAX) {
            Iterator<String> quietest = windows.keySet().iterator();
            quietest.next();
            quietest.remove();
        }
    }

    /** The address itself, or the first four groups of an IPv6 address as the platform writes it. */
    static String network(String address) {
        String[] groups = address.split(":");
        return groups.length == 8 ? String.join(":", groups[0], groups[1], groups[2], groups[3]) : address;
    }
}

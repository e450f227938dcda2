package io.sluice.gateway.authorization;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that wait for a user. The page holds a ticket and the browser a cookie; an answer counts only with both of the same request, so that no other site can
 * answer for the user. At most {@value #MAX}, each for {@link #LIFETIME}; the oldest makes room. Thread-safe.
 */
final class PendingAsks {

    static final Duration LIFETIME = Duration.ofMinutes(10);
    static final int MAX = 10_000;

    /**
     * One that was begun.
     *
     * @param ticket goes into the page
     * @param cookie goes into the browser
     */
    record Begun(String ticket, String cookie) {}

    private record Pending(AuthorizationAsk ask, byte[] cookie, Instant until) {}

    private final SecureRandom random;
    private final Clock clock;
    private final Map<String, Pending> pending = new LinkedHashMap<>(); // oldest first; guarded by this

    PendingAsks(SecureRandom random, Clock clock) {
        this.random = random;
        this.clock = clock;
    }

    synchronized Begun begin(AuthorizationAsk ask) {
        Begun begun = new Begun(Clients.randomText(random), Clients.randomText(random));
        pending.put(
                begun.ticket(),
                new Pending(ask, Clients.hash(begun.cookie()), clock.instant().plus(LIFETIME)));
        if (pending.size() > MAX) {
            Iterator<String> oldest = pending.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return begun;
    }

    /** What was asked, if both belong together; it stays, since a password can be mistyped. */
    synchronized Optional<AuthorizationAsk> find(String ticket, String cookie) {
        Pending found = pending.get(ticket);
        if (found == null || !clock.instant().isBefore(found.until())) {
            return Optional.empty();
        }
        boolean same = MessageDigest.isEqual(found.cookie(), Clients.hash(cookie));
        return same ? Optional.of(found.ask()) : Optional.empty();
    }

    /** Takes it away; false if somebody was faster. */
    synchronized boolean end(String ticket) {
        return pending.remove(ticket) != null;
    }
}

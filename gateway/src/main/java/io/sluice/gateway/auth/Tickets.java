package io.sluice.gateway.auth;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One-time tickets, for browsers that can put nothing but an address into a handshake: got with a token, good for one handshake of one API within {@link #LIFETIME}. In
 * memory; at most {@value #MAX}, then the next one is refused. Thread-safe.
 */
public final class Tickets {

    /** How long one is good. */
    public static final Duration LIFETIME = Duration.ofSeconds(30);

    /** How many may be open. */
    static final int MAX = 10_000;

    /** What a ticket stands for. {@code toString()} hides the token. */
    public record Stub(String token, TokenVerdict.Active verdict) {
        @Override
        public String toString() {
            return "Stub[" + verdict.principal().subject() + "]";
        }
    }

    private record Open(String api, Stub stub, Instant until) {}

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;
    private final Map<String, Open> open = new LinkedHashMap<>(); // by hash, oldest first; guarded by this

    /** @param clock tells which are too old */
    public Tickets(Clock clock) {
        this.clock = clock;
    }

    /** A ticket of 256 random bits; empty if there are too many already. */
    public synchronized Optional<String> issue(String api, Stub stub) {
        Instant now = clock.instant();
        Iterator<Open> oldest = open.values().iterator();
        while (oldest.hasNext() && !now.isBefore(oldest.next().until())) {
            oldest.remove();
        }
        if (open.size() >= MAX) {
            return Optional.empty();
        }
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        open.put(VerifiedTokens.key(ticket), new Open(api, stub, now.plus(LIFETIME)));
        return Optional.of(ticket);
    }

    /** What it stands for, once; empty if it is used, too old, or of another API, and then it is used up as well. */
    public synchronized Optional<Stub> take(String ticket, String api) {
        Open found = open.remove(VerifiedTokens.key(ticket));
        Instant now = clock.instant();
        boolean good = found != null
                && found.api().equals(api)
                && now.isBefore(found.until())
                && now.isBefore(found.stub().verdict().expiresAt());
        return good ? Optional.of(found.stub()) : Optional.empty();
    }
}

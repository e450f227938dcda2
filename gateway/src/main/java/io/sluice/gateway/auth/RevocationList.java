package io.sluice.gateway.auth;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The revocations of this process. An entry is kept until no token that it is about can be good; there are at most {@value #MAX_ENTRIES}, and then the next one is
 * refused, never an old one forgotten. Thread-safe.
 */
public final class RevocationList implements Revocations {

    /** About 100 bytes each. */
    static final int MAX_ENTRIES = 500_000;

    private static final int SWEEP_EVERY = 1_024;

    private record Entry(Instant revokedAt, Instant until) {}

    private static final class Subscriber {
        private final Principal principal;
        private final Runnable onRevoked;
        private final AtomicBoolean told = new AtomicBoolean();

        private Subscriber(Principal principal, Runnable onRevoked) {
            this.principal = principal;
            this.onRevoked = onRevoked;
        }

        private void tell() {
            if (told.compareAndSet(false, true)) {
                onRevoked.run();
            }
        }
    }

    private final Clock clock;
    private final Map<String, Entry> entries = new HashMap<>(); // this and below: guarded by this
    private final Map<String, Set<Subscriber>> subscribers = new HashMap<>();
    private int untilSweep = SWEEP_EVERY;

    /** @param clock tells which entries are over */
    public RevocationList(Clock clock) {
        this.clock = clock;
    }

    /** One token, by its {@code jti}. */
    public static String token(String issuer, String tokenId) {
        return "token " + issuer + " " + tokenId;
    }

    /** All tokens of one grant, by their {@code sid}. */
    public static String grant(String issuer, String grantId) {
        return "grant " + issuer + " " + grantId;
    }

    /** All tokens of a subject that were issued until now. */
    public static String subject(String issuer, String subject) {
        return "subject " + issuer + " " + subject;
    }

    /**
     * Revokes, and tells everybody who watches before it returns.
     *
     * @param id of {@link #token}, {@link #grant} or {@link #subject}
     * @param until when all of these tokens are expired
     * @throws IllegalStateException if the list is full
     */
    public void revoke(String id, Instant revokedAt, Instant until) {
        List<Subscriber> told;
        synchronized (this) {
            sweep();
            if (entries.size() >= MAX_ENTRIES) {
                throw new IllegalStateException("the list of revocations is full: " + MAX_ENTRIES + " entries");
            }
            entries.merge(
                    id,
                    new Entry(revokedAt, until),
                    (old, fresh) -> new Entry(
                            fresh.revokedAt(), old.until().isAfter(fresh.until()) ? old.until() : fresh.until()));
            told = new ArrayList<>(subscribers.getOrDefault(id, Set.of()));
        }
        told.stream().filter(subscriber -> isRevoked(subscriber.principal)).forEach(Subscriber::tell);
    }

    @Override
    public synchronized boolean isRevoked(Principal principal) {
        if (entries.isEmpty()) {
            return false;
        }
        for (String id : ids(principal)) {
            Entry entry = entries.get(id);
            if (entry != null
                    && (!id.startsWith("subject ") || !issuedAt(principal).isAfter(entry.revokedAt()))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Watch watch(Principal principal, Runnable onRevoked) {
        Subscriber subscriber = new Subscriber(principal, onRevoked);
        List<String> ids = ids(principal);
        synchronized (this) {
            ids.forEach(id -> subscribers
                    .computeIfAbsent(id, fresh -> new LinkedHashSet<>())
                    .add(subscriber));
        }
        if (isRevoked(principal)) {
            subscriber.tell();
        }
        return () -> forget(ids, subscriber);
    }

    /** Entries kept now. */
    public synchronized int size() {
        return entries.size();
    }

    private synchronized void forget(List<String> ids, Subscriber subscriber) {
        for (String id : ids) {
            subscribers.computeIfPresent(id, (same, all) -> {
                all.remove(subscriber);
                return all.isEmpty() ? null : all;
            });
        }
    }

    private void sweep() {
        if (--untilSweep <= 0 || entries.size() >= MAX_ENTRIES) {
            untilSweep = SWEEP_EVERY;
            Instant now = clock.instant();
            entries.values().removeIf(entry -> !now.isBefore(entry.until()));
        }
    }

    private static List<String> ids(Principal principal) {
        List<String> ids = new ArrayList<>(3);
        ids.add(subject(principal.issuer(), principal.subject()));
        if (principal.claims().get("jti") instanceof String tokenId) {
            ids.add(token(principal.issuer(), tokenId));
        }
        if (principal.claims().get("sid") instanceof String grantId) {
            ids.add(grant(principal.issuer(), grantId));
        }
        return ids;
    }

    private static Instant issuedAt(Principal principal) {
        return principal.claims().get("iat") instanceof Number seconds
                ? Instant.ofEpochSecond(seconds.longValue())
                : Instant.EPOCH;
    }
}

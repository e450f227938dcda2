package io.sluice.gateway.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers what may be used only once, for as long as it could be used again. It holds at most {@code capacity} entries, a quarter of them of one owner; who does not fit in is
 * told to come back, and nothing is forgotten early, which would let it be used twice. Thread-safe.
 */
public final class SingleUse {

    /** What was found out. */
    public enum Outcome {
        /** It is the first time. */
        FIRST,
        /** It was used before. */
        AGAIN,
        /** Nobody can tell: too many are remembered already. */
        FULL
    }

    private record Use(String owner, Instant until) {}

    private final int capacity;
    private final Clock clock;
    private final Map<String, Use> uses = new LinkedHashMap<>(); // in the order of use; guarded by this
    private final Map<String, Integer> perOwner = new HashMap<>(); // guarded by this

    /** @param capacity entries, about 200 bytes each */
    public SingleUse(int capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
    }

    /**
     * Uses it.
     *
     * @param owner who shares a quarter of the room
     * @param id unique for this owner
     * @param keptFor how long it could be used again; the same for all of one store
     */
    public synchronized Outcome use(String owner, String id, Duration keptFor) {
        Instant now = clock.instant();
        forgetBefore(now);
        String key = VerifiedTokens.key(owner + " " + id);
        if (uses.containsKey(key)) {
            return Outcome.AGAIN;
        }
        int own = perOwner.getOrDefault(owner, 0);
        if (uses.size() >= capacity || own >= Math.max(1, capacity / 4)) {
            return Outcome.FULL;
        }
        uses.put(key, new Use(owner, now.plus(keptFor)));
        perOwner.put(owner, own + 1);
        return Outcome.FIRST;
    }

    /** Remembered now. */
    synchronized int size() {
        return uses.size();
    }

    private void forgetBefore(Instant now) {
        Iterator<Use> oldest = uses.values().iterator();
        while (oldest.hasNext()) {
            Use use = oldest.next();
            if (now.isBefore(use.until())) {
                return;
            }
            oldest.remove();
            perOwner.computeIfPresent(use.owner(), (owner, count) -> count == 1 ? null : count - 1);
        }
    }
}

package io.sluice.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers good tokens for a short while, by the SHA-256 of the whole token, so that a client that sends many requests costs one signature check a
 * minute. Full: the entry that was not used for longest goes. Thread-safe.
 */
final class VerifiedTokens {

    /** An entry never outlives this, nor its token: a key that its issuer withdraws is honoured no longer than this. */
    static final Duration KEPT_FOR = Duration.ofMinutes(1);

    private record Entry(TokenVerdict.Active verdict, Instant until) {}

    private final int capacity;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself

    VerifiedTokens(int capacity) {
        this.capacity = capacity;
    }

    static String key(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    TokenVerdict.@Nullable Active find(String key, Instant now) {
        synchronized (entries) {
            Entry entry = entries.get(key);
            if (entry == null) {
                return null;
            }
            if (now.isBefore(entry.until())) {
                return entry.verdict();
            }
            entries.remove(key);
            return null;
        }
    }

    void put(String key, TokenVerdict.Active verdict, Instant now) {
        Instant limit = now.plus(KEPT_FOR);
        Instant until = verdict.expiresAt().isBefore(limit) ? verdict.expiresAt() : limit;
        synchronized (entries) {
            entries.put(key, new Entry(verdict, until));
            if (entries.size() > capacity) {
                Iterator<String> oldest = entries.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
    }

    int size() {
        synchronized (entries) {
            return entries.size();
        }
    }
}

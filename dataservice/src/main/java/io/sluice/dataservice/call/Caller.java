package io.sluice.dataservice.call;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a call is made for. Passed along explicitly, never kept by thread.
 *
 * @param subject claim {@code sub}; empty for nobody
 * @param scopes what the caller may do
 * @param claims everything known about the caller
 * @param local whether it is somebody on this machine who is believed without an identity: every scope and role, no claims
 */
public record Caller(String subject, Set<String> scopes, Map<String, Object> claims, boolean local) {

    /** Nobody in particular. */
    public static final Caller ANONYMOUS = new Caller("", Set.of(), Map.of(), false);

    /** Somebody on this machine, where the configuration says that is enough. */
    public static final Caller LOOPBACK = new Caller("loopback", Set.of(), Map.of(), true);

    /** Makes the members immutable. */
    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** The caller that verified claims speak for. */
    public static Caller of(Map<String, Object> claims) {
        return new Caller(
                String.valueOf(claims.getOrDefault("sub", "")), Set.copyOf(texts(claims.get("scope"))), claims, false);
    }

    /** Whether this is nobody in particular. */
    public boolean anonymous() {
        return subject.isEmpty();
    }

    /** Whether the caller has all of these scopes. */
    public boolean may(Collection<String> wanted) {
        return local || scopes.containsAll(wanted);
    }

    /** Whether the caller has one of these roles (claim {@code roles}); with none wanted, anybody does. */
    public boolean hasRole(Collection<String> wanted) {
        return wanted.isEmpty() || local || texts(claims.get("roles")).stream().anyMatch(wanted::contains);
    }

    /** How long the identity is good, by its claim {@code exp} (seconds since 1970); null for one without an end. */
    public @Nullable Duration expiresIn(Clock clock) {
        return claims.get("exp") instanceof Number seconds
                ? Duration.between(clock.instant(), Instant.ofEpochSecond(seconds.longValue()))
                : null;
    }

    private static Collection<String> texts(@Nullable Object claim) {
        if (claim instanceof Collection<?> list) {
            return new LinkedHashSet<>(list.stream().map(String::valueOf).toList());
        }
        if (claim == null || claim.toString().isBlank()) {
            return List.of();
        }
        return Arrays.stream(claim.toString().strip().split(" +")).distinct().toList();
    }
}

package io.sluice.gateway.auth;

import io.sluice.gateway.auth.KeySource.Keys;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks the gateway's signed statements of who calls, for an upstream in Java: signature, {@code typ}, {@code iss}, {@code aud} and {@code exp}, by
 * RFC 8725's rules. Waits for nothing: a key that is not at hand is a refusal, so remote keys must be kept fresh by whoever makes this. Thread-safe.
 */
public final class StatementVerifier {

    private final Supplier<String> issuer;
    private final Supplier<Set<String>> audience;
    private final KeySource keys;
    private final Clock clock;

    /**
     * @param issuer the address of the gateway, as it names itself
     * @param audience names of the APIs whose statements count; one made for another upstream is no good here
     * @param keys the gateway's public keys
     * @param clock tells whether a statement is expired
     */
    public StatementVerifier(Supplier<String> issuer, Supplier<Set<String>> audience, KeySource keys, Clock clock) {
        this.issuer = issuer;
        this.audience = audience;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * The claims of a good statement.
     *
     * @throws IllegalArgumentException saying why it is not accepted, to be put after "the identity header", without its text
     */
    public Map<String, Object> verify(String statement) {
        CompactToken token = parse(statement);
        if (!IdentityIssuer.STATEMENT.equals(token.header().getType())) {
            throw new IllegalArgumentException("is not a statement of who calls: its typ is another");
        }
        Map<String, Object> claims = token.claims();
        if (!issuer.get().equals(claims.get("iss"))) {
            throw new IllegalArgumentException("is not of the gateway that is trusted here");
        }
        if (candidates(token).candidates().stream().noneMatch(key -> JwtVerifier.isSignedBy(key, token))) {
            throw new IllegalArgumentException("is not signed with a key of the gateway");
        }
        if (!(claims.get("exp") instanceof Number expiry)
                || expiry.longValue() <= clock.instant().getEpochSecond()) {
            throw new IllegalArgumentException("is expired");
        }
        Collection<?> meant =
                claims.get("aud") instanceof Collection<?> many ? many : List.of(claims.getOrDefault("aud", ""));
        if (meant.stream().noneMatch(audience.get()::contains)) {
            throw new IllegalArgumentException("is meant for an API that does not lead here");
        }
        return claims;
    }

    private static CompactToken parse(String statement) {
        try {
            return CompactToken.parse(statement);
        } catch (RefusedToken malformed) {
            throw new IllegalArgumentException("is not a signed statement", malformed);
        }
    }

    private Keys.Known candidates(CompactToken token) {
        Future<Keys> found = keys.find(token.header().getKeyID());
        if (found.succeeded() && found.result() instanceof Keys.Known known) {
            return known;
        }
        if (found.succeeded() && found.result() instanceof Keys.Unknown) {
            throw new IllegalArgumentException("is not signed with a key of the gateway");
        }
        throw new IllegalArgumentException("cannot be checked now: the keys of the gateway are not there yet");
    }
}

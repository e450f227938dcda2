package io.sluice.gateway;

import io.sluice.gateway.auth.Principal;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Knows tokens by name. */
final class FakeVerifier implements TokenVerifier {

    /** A token that may read productions, for an hour. */
    static final String GOOD = "good.reads.productions";

    /** A token without scopes. */
    static final String POOR = "poor.has.nothing";

    /** Nobody can say anything about this one. */
    static final String UNCHECKABLE = "nobody.can.tell";

    /** The check of this one never ends. */
    static final String ENDLESS = "check.never.ends";

    private final Map<String, TokenVerdict> verdicts = new ConcurrentHashMap<>();

    FakeVerifier() {
        Instant inAnHour = Instant.now().plus(Duration.ofHours(1));
        verdicts.put(GOOD, active("app", Set.of("productions:read", "other"), inAnHour));
        verdicts.put(POOR, active("app", Set.of(), inAnHour));
        verdicts.put(UNCHECKABLE, new TokenVerdict.Unavailable("the issuer does not answer", Duration.ofMillis(2500)));
    }

    /** Makes a good token known that ends at the instant. */
    String until(Instant expiresAt) {
        String token = "until." + expiresAt.toEpochMilli() + ".ends";
        verdicts.put(token, active("app", Set.of("productions:read"), expiresAt));
        return token;
    }

    /** Makes a good token of another subject known. */
    String ofSomebodyElse() {
        verdicts.put(
                "of.somebody.else",
                new TokenVerdict.Active(
                        new Principal("https://issuer.example", "bob", "app", Set.of("productions:read"), Map.of()),
                        Instant.now().plus(Duration.ofHours(1))));
        return "of.somebody.else";
    }

    /** Makes a good token known that has these claims. */
    String with(Map<String, Object> claims) {
        String token = "claims." + claims.size() + ".x";
        Principal principal =
                new Principal("https://issuer.example", "alice", "app", Set.of("productions:read"), claims);
        verdicts.put(token, new TokenVerdict.Active(principal, Instant.now().plus(Duration.ofHours(1))));
        return token;
    }

    @Override
    public Future<TokenVerdict> verify(String token) {
        if (token.equals(ENDLESS)) {
            return Promise.<TokenVerdict>promise().future();
        }
        return Future.succeededFuture(verdicts.getOrDefault(token, new TokenVerdict.Inactive("the token is unknown")));
    }

    private static TokenVerdict active(String client, Set<String> scopes, Instant expiresAt) {
        return new TokenVerdict.Active(
                new Principal("https://issuer.example", "alice", client, scopes, Map.of()), expiresAt);
    }
}

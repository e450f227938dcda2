package io.sluice.gateway.rest;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import io.sluice.gateway.api.IdentityHeader;
import io.sluice.gateway.auth.IdentityIssuer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Signed statements of who calls one API, for the upstream: {@code iss} the gateway, {@code aud} the API's name, {@code sub}, {@code client_id} and
 * {@code scope} of the access token, {@code token_iss} its issuer, and the claims that the API names. The type is not that of an access token, so that
 * nobody takes a statement for one. A statement is used again for the same access token until half of its life is over; the {@link #MOST} used last are
 * kept. Thread-safe.
 */
final class IdentityStatements {

    /** The header {@code typ} of a statement. */
    static final JOSEObjectType TYPE = IdentityIssuer.STATEMENT;

    /** Statements that are kept. */
    static final int MOST = 1_024;

    private record Statement(String text, Instant renewAt) {}

    private final IdentityHeader config;
    private final String audience;
    private final IdentityIssuer issuer;
    private final Clock clock;
    private final Map<String, Statement> kept = new LinkedHashMap<>(64, 0.75f, true) { // guarded by this
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Statement> eldest) {
                    return size() > MOST;
                }
            };

    IdentityStatements(IdentityHeader config, String api, IdentityIssuer issuer, Clock clock) {
        this.config = config;
        this.audience = api;
        this.issuer = issuer;
        this.clock = clock;
    }

    /** The value of the header. */
    String of(Caller caller) {
        Instant now = clock.instant();
        synchronized (this) {
            Statement known = kept.get(caller.token());
            if (known != null && now.isBefore(known.renewAt())) {
                return known.text();
            }
        }
        Instant end = now.plus(config.lifetime());
        Instant expiresAt = caller.expiresAt().isBefore(end) ? caller.expiresAt() : end;
        String text = issuer.sign(TYPE, claims(caller, now, expiresAt));
        synchronized (this) {
            kept.put(
                    caller.token(),
                    new Statement(
                            text, now.plus(Duration.between(now, expiresAt).dividedBy(2))));
        }
        return text;
    }

    private JWTClaimsSet claims(Caller caller, Instant now, Instant expiresAt) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
        for (String name : config.claims()) {
            Object value = caller.principal().claims().get(name);
            if (value != null) {
                claims.claim(name, value);
            }
        }
        return claims.issuer(issuer.issuer())
                .audience(audience)
                .subject(caller.principal().subject())
                .claim("client_id", caller.principal().clientId())
                .claim("scope", String.join(" ", caller.principal().scopes()))
                .claim("token_iss", caller.principal().issuer())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(expiresAt))
                .jwtID(UUID.randomUUID().toString())
                .build();
    }
}

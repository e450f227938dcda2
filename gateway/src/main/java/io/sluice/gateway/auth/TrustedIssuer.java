package io.sluice.gateway.auth;

import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * An issuer as {@link JwtVerifier} sees it: who it is, what its tokens must look like, and its keys. Keys belong to one issuer; a token of one
 * issuer is never checked against the keys of another.
 *
 * @param issuer the exact value of {@code iss}; asked at every token, since an embedded issuer learns its address only when it listens
 * @param audience accepted values of {@code aud}, at least one
 * @param algorithms accepted values of {@code alg}, at least one
 * @param acceptTypJwt whether tokens that do not follow RFC 9068 pass, see {@link IssuerConfig#acceptTypJwt()}
 * @param clockSkew how far in the future {@code nbf} may lie
 * @param keys its public keys
 */
public record TrustedIssuer(
        Supplier<String> issuer,
        Set<String> audience,
        Set<String> algorithms,
        boolean acceptTypJwt,
        Duration clockSkew,
        KeySource keys) {

    /** Copies the sets. */
    public TrustedIssuer {
        audience = Set.copyOf(audience);
        algorithms = Set.copyOf(algorithms);
    }

    /** An issuer from its configuration, with the given keys: {@link RemoteKeys}, or local ones. */
    public static TrustedIssuer of(IssuerConfig config, KeySource keys) {
        return new TrustedIssuer(
                config::issuer,
                Set.copyOf(config.audience()),
                Set.copyOf(config.algorithms()),
                config.acceptTypJwt(),
                config.clockSkew(),
                keys);
    }
}

package io.sluice.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.auth.KeySource.Keys;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies JWT access tokens (RFC 9068) of a fixed set of issuers by RFC 8725's rules.
 *
 * <p>The claim {@code iss} is read before anything is verified, only to choose the issuer; algorithm, keys and claims are then judged by that issuer's
 * rules. A signature check costs 0.04 ms (RS256) to 0.7 ms (ES256 on Java 17) of CPU
 * and runs on the calling thread; good tokens are remembered for at most a minute ({@link VerifiedTokens}), bad ones are not. Metrics: {@code gateway.token.checks} by {@code result}, {@code gateway.token.cached}.
 */
public final class JwtVerifier implements TokenVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(JwtVerifier.class);

    /** About 2 KB each. */
    private static final int MAX_CACHED = 4_096;

    private static final int MIN_RSA_BITS = 2_048;

    private final List<TrustedIssuer> issuers;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Revocations revocations;
    private final VerifiedTokens verified = new VerifiedTokens(MAX_CACHED);

    /**
     * @param issuers who is trusted; tokens of anybody else are inactive
     * @param clock tells whether a token is expired
     * @param meters where results are counted
     */
    public JwtVerifier(List<TrustedIssuer> issuers, Clock clock, MeterRegistry meters) {
        this(issuers, Revocations.NONE, clock, meters);
    }

    /**
     * @param issuers who is trusted; tokens of anybody else are inactive
     * @param revocations tokens that are refused although they are not expired, at once
     * @param clock tells whether a token is expired
     * @param meters where results are counted
     */
    public JwtVerifier(List<TrustedIssuer> issuers, Revocations revocations, Clock clock, MeterRegistry meters) {
        this.issuers = List.copyOf(issuers);
        this.revocations = revocations;
        this.clock = clock;
        this.meters = meters;
        meters.gauge("gateway.token.cached", verified, VerifiedTokens::size);
    }

    @Override
    public Future<TokenVerdict> verify(String token) {
        String cacheKey = VerifiedTokens.key(token);
        TokenVerdict.Active known = verified.find(cacheKey, clock.instant());
        if (known != null) {
            count("cached");
            return Future.succeededFuture(unlessRevoked(known));
        }
        return check(token)
                .otherwise(JwtVerifier::unexpected)
                .map(this::unlessRevoked)
                .map(verdict -> {
                    if (verdict instanceof TokenVerdict.Active active) {
                        verified.put(cacheKey, active, clock.instant());
                    }
                    count(verdict.getClass().getSimpleName().toLowerCase(Locale.ROOT));
                    return verdict;
                });
    }

    /** A token that was verified a moment ago, so that looking at it again costs next to nothing. */
    @Override
    public boolean remembers(String token) {
        return verified.find(VerifiedTokens.key(token), clock.instant()) != null;
    }

    private TokenVerdict unlessRevoked(TokenVerdict verdict) {
        return verdict instanceof TokenVerdict.Active active && revocations.isRevoked(active.principal())
                ? new TokenVerdict.Inactive("the token is revoked")
                : verdict;
    }

    private Future<TokenVerdict> check(String text) {
        try {
            CompactToken token = CompactToken.parse(text);
            TrustedIssuer issuer = issuerOf(token);
            AccessTokenRules rules = new AccessTokenRules(issuer);
            rules.checkHeader(token.header());
            return issuer.keys().find(token.header().getKeyID()).map(keys -> judge(token, rules, keys));
        } catch (RefusedToken refused) {
            return Future.succeededFuture(new TokenVerdict.Inactive(refused.reason()));
        } catch (RuntimeException broken) {
            return Future.failedFuture(broken);
        }
    }

    private TrustedIssuer issuerOf(CompactToken token) throws RefusedToken {
        Object name = token.claims().get("iss");
        for (TrustedIssuer issuer : issuers) {
            if (issuer.issuer().get().equals(name)) {
                return issuer;
            }
        }
        throw new RefusedToken("the token is not of an issuer that is trusted here");
    }

    private TokenVerdict judge(CompactToken token, AccessTokenRules rules, Keys keys) {
        if (keys instanceof Keys.Unavailable unavailable) {
            return new TokenVerdict.Unavailable(unavailable.reason(), unavailable.retryAfter());
        }
        if (!(keys instanceof Keys.Known known)) {
            return new TokenVerdict.Inactive("the issuer of the token has no such key");
        }
        try {
            if (known.candidates().stream().noneMatch(key -> isSignedBy(key, token))) {
                return new TokenVerdict.Inactive("the signature of the token does not match a key of its issuer");
            }
            return rules.check(token.claims(), clock.instant());
        } catch (RefusedToken refused) {
            return new TokenVerdict.Inactive(refused.reason());
        }
    }

    /** Whether this key made the signature, and may have. */
    static boolean isSignedBy(JWK key, CompactToken token) {
        JWSHeader header = token.header();
        if (!mayVerify(key, header.getAlgorithm())) {
            return false;
        }
        try {
            JWSVerifier verifier = key instanceof RSAKey rsa
                    ? new RSASSAVerifier(rsa.toRSAPublicKey())
                    : new ECDSAVerifier(key.toECKey().toECPublicKey());
            return verifier.supportedJWSAlgorithms().contains(header.getAlgorithm())
                    && verifier.verify(header, token.signingInput(), token.signature());
        } catch (JOSEException unusable) {
            LOG.atDebug().addKeyValue("error", unusable.getMessage()).log("key cannot verify this token");
            return false;
        }
    }

    /** One key, one algorithm (RFC 8725, section 3.1), and only for signatures (RFC 7517, sections 4.2 to 4.4). */
    private static boolean mayVerify(JWK key, JWSAlgorithm algorithm) {
        boolean strongRsa = key instanceof RSAKey && key.size() >= MIN_RSA_BITS;
        boolean use = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean operations =
                key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY);
        boolean bound = key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm);
        return (strongRsa || key instanceof ECKey) && use && operations && bound;
    }

    private static TokenVerdict unexpected(Throwable broken) {
        LOG.atError().setCause(broken).log("token could not be checked");
        return new TokenVerdict.Unavailable("the token could not be checked", Duration.ofSeconds(5));
    }

    private void count(String result) {
        meters.counter("gateway.token.checks", "result", result).increment();
    }
}

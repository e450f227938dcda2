package io.sluice.gateway.authorization;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes JWT access tokens (RFC 9068). Thread-safe. */
final class AccessTokens {

    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");

    private final JWSSigner signer;
    private final JWSHeader header;
    private final String audience;
    private final Duration lifetime;
    private final Clock clock;

    AccessTokens(JWK key, AuthorizationServerConfig config, Clock clock) {
        this.signer = signer(key);
        this.header = new JWSHeader.Builder(
                        JWSAlgorithm.parse(key.getAlgorithm().getName()))
                .type(TYPE)
                .keyID(key.getKeyID())
                .build();
        this.audience = config.audience();
        this.lifetime = config.tokenLifetime();
        this.clock = clock;
    }

    Duration lifetime() {
        return lifetime;
    }

    /**
     * What a token says.
     *
     * @param subject whom it speaks for; the client itself where it acts for itself (RFC 9068, section 2.2)
     * @param grantId the grant it comes of, which ends it when revoked, or null
     * @param keyThumbprint the key it is bound to (RFC 9449), or null
     */
    record Content(
            String subject,
            String clientId,
            Set<String> scopes,
            @Nullable String grantId,
            @Nullable String keyThumbprint) {}

    /** A token that begins now. */
    String issue(String issuer, Content content) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(content.subject())
                .audience(audience)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(lifetime)))
                .jwtID(UUID.randomUUID().toString())
                .claim("client_id", content.clientId());
        if (!content.scopes().isEmpty()) {
            claims.claim("scope", String.join(" ", content.scopes()));
        }
        if (content.grantId() != null) {
            claims.claim("sid", content.grantId());
        }
        if (content.keyThumbprint() != null) {
            claims.claim("cnf", Map.of("jkt", content.keyThumbprint()));
        }
        return sign(TYPE, claims.build());
    }

    /** Signs other statements with the same key. */
    String sign(JOSEObjectType type, JWTClaimsSet claims) {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(header).type(type).build(), claims);
        try {
            token.sign(signer);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("the signing key cannot sign", impossible);
        }
        return token.serialize();
    }

    private static JWSSigner signer(JWK key) {
        try {
            return key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
        } catch (JOSEException unusable) {
            throw new IllegalStateException("the signing key " + key.getKeyID() + " cannot be used", unusable);
        }
    }
}

package io.sluice.gateway.authorization;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientAuthenticationVerifier;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientCredentialsSelector;
import com.nimbusds.oauth2.sdk.auth.verifier.Context;
import com.nimbusds.oauth2.sdk.auth.verifier.ExpendedJTIChecker;
import com.nimbusds.oauth2.sdk.auth.verifier.InvalidClientException;
import com.nimbusds.oauth2.sdk.auth.verifier.JWTAudienceCheck;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.JWTID;
import io.sluice.gateway.auth.SingleUse;
import io.sluice.gateway.authorization.TokenRequest.Credentials;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out whether a client is who it says, and slows down who guesses. Thread-safe. */
final class ClientCheck {

    /** The longest that a client assertion may be good, so that its {@code jti} need not be remembered for longer. */
    static final Duration MAX_ASSERTION = Duration.ofMinutes(5);

    private static final int MAX_REMEMBERED = 10_000;

    private final Clients clients;
    private final FailedAttempts failedAttempts;
    private final Supplier<String> issuer;
    private final Clock clock;
    private final SingleUse assertions;

    ClientCheck(Clients clients, FailedAttempts failedAttempts, Supplier<String> issuer, Clock clock) {
        this.clients = clients;
        this.failedAttempts = failedAttempts;
        this.issuer = issuer;
        this.clock = clock;
        this.assertions = new SingleUse(MAX_REMEMBERED, clock);
    }

    /**
     * The client.
     *
     * @param address of who is asking
     * @throws OAuthError {@code invalid_client}, or 429 after too many wrong secrets
     */
    Client authenticate(TokenRequest asked, String address) throws OAuthError {
        // strangers choose the id: names that are not ours share one window per address
        String counted = clients.knows(asked.clientId()) ? asked.clientId() : "";
        Duration wait = failedAttempts.wait(counted, address);
        if (!wait.isZero()) {
            throw OAuthError.tooMany("too many wrong secrets for this client, wait a while", wait);
        }
        Client client = identify(asked);
        if (client == null) {
            failedAttempts.failed(counted, address);
            boolean form = asked.credentials() instanceof Credentials.SharedSecret secret && !secret.basic();
            throw OAuthError.of(form ? 400 : 401, OAuth2Error.INVALID_CLIENT_CODE, "unknown client or wrong secret");
        }
        return client;
    }

    private @Nullable Client identify(TokenRequest asked) {
        if (asked.credentials() instanceof Credentials.SharedSecret shared) {
            return clients.authenticate(asked.clientId(), shared.secret());
        }
        Client client = clients.find(asked.clientId());
        if (client == null) {
            return null;
        }
        if (asked.credentials() instanceof Credentials.Assertion assertion) {
            return isSigned(client, assertion.jwt()) ? client : null;
        }
        return client.isPublic() ? client : null;
    }

    /** RFC 7523, section 3; the audience is the issuer, or the token endpoint as older clients send it. */
    private boolean isSigned(Client client, PrivateKeyJWT jwt) {
        Date expires = jwt.getJWTAuthenticationClaimsSet().getExpirationTime();
        JWTID id = jwt.getJWTAuthenticationClaimsSet().getJWTID();
        boolean bounded = expires != null
                && !expires.toInstant().isAfter(clock.instant().plus(MAX_ASSERTION))
                && id != null
                && client.method().equals(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        if (!bounded) {
            return false;
        }
        String base = issuer.get();
        Set<Audience> audience = Set.of(new Audience(base), new Audience(base + AuthorizationServer.TOKEN_PATH));
        try {
            new ClientAuthenticationVerifier<Client>(
                            new Keys(client), audience, JWTAudienceCheck.LEGACY, new Expended())
                    .verify(jwt, Set.of(), null);
            return assertions.use(client.id(), id.getValue(), MAX_ASSERTION.multipliedBy(2)) == SingleUse.Outcome.FIRST;
        } catch (InvalidClientException | JOSEException refused) {
            return false;
        }
    }

    /** The keys of one client; there are no secrets that sign. */
    private record Keys(Client client) implements ClientCredentialsSelector<Client> {
        @Override
        public List<Secret> selectClientSecrets(
                ClientID id, ClientAuthenticationMethod method, @Nullable Context<Client> context) {
            return List.of();
        }

        @Override
        public List<PublicKey> selectPublicKeys(
                ClientID id,
                ClientAuthenticationMethod method,
                JWSHeader header,
                boolean forceRefresh,
                @Nullable Context<Client> context)
                throws InvalidClientException {
            List<PublicKey> keys = new ArrayList<>();
            for (JWK key : client.keys().getKeys()) {
                if (header.getKeyID() == null || header.getKeyID().equals(key.getKeyID())) {
                    Stream.of(key)
                            .filter(AsymmetricJWK.class::isInstance)
                            .map(AsymmetricJWK.class::cast)
                            .forEach(pair -> keys.add(publicKey(pair)));
                }
            }
            if (keys.isEmpty()) {
                throw InvalidClientException.NO_MATCHING_JWK;
            }
            return keys;
        }

        private static PublicKey publicKey(AsymmetricJWK pair) {
            try {
                return pair.toPublicKey();
            } catch (JOSEException unusable) {
                throw new IllegalStateException("a registered key cannot be used", unusable);
            }
        }
    }

    /** Whether a {@code jti} was used is decided once, after everything else, in {@link #isSigned}. */
    private static final class Expended implements ExpendedJTIChecker<Client> {
        @Override
        public boolean isExpended(
                JWTID id, ClientID client, ClientAuthenticationMethod method, @Nullable Context<Client> context) {
            return false;
        }

        @Override
        public void markExpended(
                JWTID id,
                Date expires,
                ClientID client,
                ClientAuthenticationMethod method,
                @Nullable Context<Client> context) {
            // see the class
        }
    }
}

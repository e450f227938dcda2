package io.sluice.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.ConfigException;
import io.sluice.gateway.auth.Introspection;
import io.sluice.gateway.auth.IssuerConfig;
import io.sluice.gateway.auth.JwtVerifier;
import io.sluice.gateway.auth.KeySource;
import io.sluice.gateway.auth.Possession;
import io.sluice.gateway.auth.RemoteKeys;
import io.sluice.gateway.auth.Revocations;
import io.sluice.gateway.auth.Strangers;
import io.sluice.gateway.auth.Tickets;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.auth.TokenVerifiers;
import io.sluice.gateway.auth.TrustedIssuer;
import io.sluice.gateway.authorization.AuthorizationServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom the gateway believes.
 *
 * @param verifier judges tokens
 * @param revocations tokens that were ended before their time; what holds a connection open watches it
 * @param authorizationServer the built-in one, or null
 * @param issuers authorization servers whose tokens are accepted
 * @param toClose what was opened for it, in the order of closing
 */
record Trust(
        TokenVerifier verifier,
        Revocations revocations,
        @Nullable AuthorizationServer authorizationServer,
        List<String> issuers,
        List<Runnable> toClose)
        implements AutoCloseable {

    /** Opens it once the gateway listens, because its own address may be an issuer's name. */
    interface Source {
        /**
         * @param self the address of this gateway, for example {@code http://127.0.0.1:8080}
         * @param scopes every scope that an API names
         * @throws IOException if keys or secrets cannot be read or made
         */
        Trust open(String self, Set<String> scopes) throws IOException;
    }

    /** As the configuration says: the issuers in it, or else the built-in authorization server. */
    static Source configured(GatewayConfig config, Path home, Vertx vertx, MeterRegistry meters, Clock clock) {
        return (self, scopes) -> {
            List<Runnable> toClose = new ArrayList<>();
            AuthorizationServer own = null;
            if (config.authorizationServer().enabled()) {
                own = new AuthorizationServer(
                        config.authorizationServer(), home, vertx, () -> self, () -> scopes, clock, meters);
                own.start();
                toClose.add(own::close);
            }
            TokenVerifier opaque = null;
            List<TrustedIssuer> issuers = new ArrayList<>();
            if (config.issuers().isEmpty() && own != null) {
                issuers.add(own.trustedIssuer());
            }
            if (!config.issuers().isEmpty()) {
                HttpClient client = vertx.createHttpClient();
                toClose.add(client::close);
                for (IssuerConfig issuer : config.issuers()) {
                    KeySource keys = own != null && issuer.issuer().equals(self)
                            ? own.trustedIssuer().keys() // our own keys need no HTTP
                            : new RemoteKeys(client, issuer, clock, meters);
                    issuers.add(TrustedIssuer.of(issuer, keys));
                    if (issuer.introspection() != null) {
                        opaque = new Introspection(client, issuer, clock, meters);
                    }
                }
            }
            if (issuers.isEmpty()) {
                throw nobody();
            }
            Revocations revocations = own == null ? Revocations.NONE : own.revocations();
            TokenVerifier jwt = new JwtVerifier(issuers, revocations, clock, meters);
            return new Trust(
                    opaque == null ? jwt : new TokenVerifiers(jwt, opaque),
                    revocations,
                    own,
                    issuers.stream().map(issuer -> issuer.issuer().get()).toList(),
                    toClose);
        };
    }

    private static ConfigException nobody() {
        return new ConfigException(List.of(
                "gateway.issuers: is empty and gateway.authorization-server.enabled is false, so no token could ever"
                        + " be good. Name an issuer or enable the built-in authorization server."));
    }

    /**
     * Everybody who has a say about a request.
     *
     * @param badTokens of one address in a minute, before no more are looked at
     */
    TokenCheck.Judges judges(Tickets tickets, int badTokens, Clock clock) {
        return new TokenCheck.Judges(
                verifier, apiKeys(), tickets, new Possession(clock), new Strangers(badTokens, clock), revocations);
    }

    /** Without an authorization server of our own there are none. */
    private TokenVerifier apiKeys() {
        return authorizationServer == null
                ? key -> Future.succeededFuture(new TokenVerdict.Inactive("there are no API keys here"))
                : authorizationServer.apiKeys();
    }

    @Override
    public void close() {
        toClose.forEach(Runnable::run);
    }
}

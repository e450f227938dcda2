package io.sluice.gateway.authorization;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.Service;
import io.sluice.gateway.auth.TrustedIssuer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The built-in authorization server (RFC 6749): client credentials, JWKS and metadata (RFC 8414).
 */
public final class AuthorizationServer implements Service {

    /**
     * @param config its settings
     * @param home the state folder; keys and generated secrets are kept in {@code secrets/} there
     * @param issuer the issuer URL, asked at every request, since the real port is known only once the gateway listens
     * @param knownScopes every scope that an API of this gateway names; asked at every token request
     * @param clock dates the tokens
     * @param meters where token requests are counted
     */
    public AuthorizationServer(
            AuthorizationServerConfig config,
            Path home,
            Supplier<String> issuer,
            Supplier<Set<String>> knownScopes,
            Clock clock,
            MeterRegistry meters) {
        throw new IllegalStateException(config.toString() + home + issuer + knownScopes + clock + meters);
    }

    @Override
    public String name() {
        return "authorization server";
    }

    /** Reads the keys and secrets, or makes them at first start. */
    @Override
    public void start() throws IOException {
        throw new IOException("not built yet");
    }

    /** The issuer for {@link io.sluice.gateway.auth.JwtVerifier}: verifies own tokens without HTTP. Usable after {@link #start()}. */
    public TrustedIssuer trustedIssuer() {
        throw new IllegalStateException();
    }

    /**
     * Answers the request if its path is one of the server's own, whether the request is paused or not.
     *
     * @return false when the path belongs to somebody else; the request is untouched then
     */
    public boolean handle(HttpServerRequest request) {
        return request.path() == null;
    }

    @Override
    public void close() {}
}

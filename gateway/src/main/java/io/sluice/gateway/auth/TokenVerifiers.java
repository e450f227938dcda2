package io.sluice.gateway.auth;

import io.vertx.core.Future;

/**
 * Sends each token to who can judge it: one with dots, as every JWT has, to the first, others to the second.
 *
 * @param jwt judges JWTs
 * @param opaque asks about other tokens
 */
public record TokenVerifiers(TokenVerifier jwt, TokenVerifier opaque) implements TokenVerifier {

    @Override
    public Future<TokenVerdict> verify(String token) {
        return of(token).verify(token);
    }

    @Override
    public boolean remembers(String token) {
        return of(token).remembers(token);
    }

    private TokenVerifier of(String token) {
        return token.indexOf('.') >= 0 ? jwt : opaque;
    }
}

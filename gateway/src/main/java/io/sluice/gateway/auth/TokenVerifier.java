package io.sluice.gateway.auth;

import io.vertx.core.Future;

/**
 * Asks whether a bearer token may be trusted.
 *
 * <ol>
 *   <li>Never blocks the calling thread.
 *   <li>Never fails the future: every trouble becomes {@link TokenVerdict.Unavailable}.
 *   <li>May be called from any event loop at the same time.
 * </ol>
 */
public interface TokenVerifier {
    /** @param token the bare token, without the word Bearer; 1 to 8,192 ASCII characters */
    Future<TokenVerdict> verify(String token);

    /** Whether the token is known to be good already, so that {@link #verify} costs next to nothing. */
    default boolean remembers(String token) {
        return false;
    }
}

package io.sluice.gateway.accounts;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user allowed a client; all tokens that come of it are one family and end together.
 *
 * @param id names it, also in the claim {@code sid} of its access tokens
 * @param client the client
 * @param subject the user
 * @param scopes what was allowed
 * @param keyThumbprint the key that its tokens are bound to (RFC 9449), or null
 * @param expiresAt when no refresh is possible any more
 */
public record Grant(
        String id,
        String client,
        String subject,
        Set<String> scopes,
        @Nullable String keyThumbprint,
        Instant expiresAt) {

    /** Copies the scopes. */
    public Grant {
        scopes = Set.copyOf(scopes);
    }
}

package io.sluice.gateway.rest;

import io.sluice.gateway.auth.Principal;
import java.time.Instant;

/**
 * Who calls a REST API. Its {@code toString()} hides the token.
 *
 * @param principal what the access token says
 * @param expiresAt until when the access token is good
 * @param token the access token itself
 */
public record Caller(Principal principal, Instant expiresAt, String token) {
    @Override
    public String toString() {
        return "Caller[" + principal.issuer() + " " + principal.subject() + "]";
    }
}

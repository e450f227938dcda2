package io.sluice.gateway.auth;

import java.time.Duration;
import java.time.Instant;

/** What is known of a token. */
public sealed interface TokenVerdict {
    /** The token is good until {@code expiresAt}. */
    record Active(Principal principal, Instant expiresAt) implements TokenVerdict {}

    /** The token is expired, forged, for somebody else or unknown; {@code reason} is safe to log and to send, and holds nothing of the token. */
    record Inactive(String reason) implements TokenVerdict {}

    /** Nobody could be asked; the caller must refuse, not guess. */
    record Unavailable(String reason, Duration retryAfter) implements TokenVerdict {}
}

package io.sluice.gateway.stream;

import io.sluice.gateway.auth.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who opens a stream.
 *
 * @param access what the token says, or null on a public API
 * @param remote the address of the client
 * @param requestId of the request that opened it
 * @param release gives the connection's share of the limits back; called once, when it ends
 */
public record Caller(@Nullable Access access, String remote, String requestId, Runnable release) {

    /**
     * What the token says.
     *
     * @param principal who
     * @param expiresAt until when
     */
    public record Access(Principal principal, Instant expiresAt) {}

    /** For the access log: the subject of the token, or empty. */
    String name() {
        return access == null ? "" : access.principal().subject();
    }
}

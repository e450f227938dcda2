package io.sluice.gateway.authorization;

import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** Why a token request is refused (RFC 6749, section 5.2); becomes the answer. The description holds nothing the client sent. */
final class OAuthError extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String description;
    private final Duration retryAfter;

    private OAuthError(int status, String code, String description, Duration retryAfter) {
        // no stack trace: strangers send bad requests, and refusing them must stay cheap
        super(code + ": " + description, null, false, false);
        this.status = status;
        this.code = code;
        this.description = description;
        this.retryAfter = retryAfter;
    }

    static OAuthError of(int status, String code, String description) {
        return new OAuthError(status, code, description, Duration.ZERO);
    }

    /** For 400. */
    static OAuthError badRequest(String code, String description) {
        return of(400, code, description);
    }

    /** For 429. */
    static OAuthError tooMany(String description, Duration retryAfter) {
        return new OAuthError(429, "temporarily_unavailable", description, retryAfter);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String description() {
        return description;
    }

    /** Zero when trying again soon is fine. */
    Duration retryAfter() {
        return retryAfter;
    }

    JsonObject toJson() {
        return new JsonObject().put("error", code).put("error_description", description);
    }
}

package io.sluice.gateway.auth;

import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of one issuer.
 *
 * <ol>
 *   <li>Never blocks the calling thread and never fails the future.
 *   <li>May be called from any event loop at the same time; the future completes on the caller's own context.
 *   <li>A key id is only ever compared with the ids of known keys; nothing is looked up by it elsewhere.
 * </ol>
 */
public interface KeySource {

    /** What is known of the keys asked for. */
    sealed interface Keys {
        /** At least one candidate; public parts only. */
        record Known(List<JWK> candidates) implements Keys {}

        /** The issuer has no such key. */
        record Unknown() implements Keys {}

        /** The issuer could not be asked. */
        record Unavailable(String reason, Duration retryAfter) implements Keys {}
    }

    /**
     * Finds keys.
     *
     * @param keyId the {@code kid} of the token, or null where it has none: then every key is a candidate
     */
    Future<Keys> find(@Nullable String keyId);
}

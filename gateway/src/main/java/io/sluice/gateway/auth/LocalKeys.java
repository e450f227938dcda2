package io.sluice.gateway.auth;

import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are at hand in this process; the answer is there at once.
 *
 * @param keys public keys; a list that changes is seen as it is at each question
 */
public record LocalKeys(List<JWK> keys) implements KeySource {

    @Override
    public Future<Keys> find(@Nullable String keyId) {
        List<JWK> candidates = keys.stream()
                .filter(key -> keyId == null || keyId.equals(key.getKeyID()))
                .toList();
        return Future.succeededFuture(candidates.isEmpty() ? new Keys.Unknown() : new Keys.Known(candidates));
    }
}

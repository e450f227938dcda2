package io.sluice.runner.admin;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Set;

/**
 * Says what a bearer token allows. Given by who starts the runner, because only there it is known whose tokens count. Called on an event loop: never
 * blocks, and never fails the future.
 */
public interface TokenPermissions {

    /** No token is good. */
    TokenPermissions NONE =
            token -> Future.succeededFuture(new Refused("this runner takes no tokens; log in with Basic"));

    /** What is known of a token. */
    sealed interface Answer {}

    /**
     * It is good.
     *
     * @param subject whom it speaks for
     * @param scopes what it allows
     */
    record Granted(String subject, Set<String> scopes) implements Answer {}

    /** It is not; the reason holds nothing of the token. */
    record Refused(String reason) implements Answer {}

    /** Nobody could be asked. */
    record Unavailable(String reason, Duration retryAfter) implements Answer {}

    /** @param token the bare token, without the word Bearer */
    Future<Answer> of(String token);
}

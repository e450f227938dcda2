package io.sluice.gateway.stream;

import io.sluice.gateway.auth.Principal;
import io.sluice.gateway.auth.Revocations;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The life of the token behind an open connection: ends the connection at the moment the token expires or is revoked, whether or not anything is sent. Belongs to
 * the connection's event loop.
 */
final class TokenLife {

    /** A timer is never armed for longer, so that a wall clock that was set is noticed. */
    private static final Duration LONGEST_TIMER = Duration.ofMinutes(1);

    private final ContextInternal context;
    private final Clock clock;
    private final Revocations revocations;
    private final Consumer<String> end;
    private Revocations.@Nullable Watch watch;
    private long timer = -1;
    private boolean stopped;

    /** @param end called at most once per token, on the event loop, with the reason */
    TokenLife(Context context, Clock clock, Revocations revocations, Consumer<String> end) {
        this.context = (ContextInternal) context;
        this.clock = clock;
        this.revocations = revocations;
        this.end = end;
    }

    /** From now on this token counts, and no earlier one. */
    void follow(Principal principal, Instant expiresAt) {
        forget();
        closeAt(expiresAt);
        watch = revocations.watch(principal, () -> context.nettyEventLoop().execute(() -> end("token revoked")));
    }

    /** The connection is gone. */
    void stop() {
        stopped = true;
        forget();
    }

    private void forget() {
        if (timer >= 0) {
            context.owner().cancelTimer(timer);
            timer = -1;
        }
        Revocations.Watch old = watch;
        if (old != null) {
            old.close();
            watch = null;
        }
    }

    private void closeAt(Instant expiresAt) {
        Duration left = Duration.between(clock.instant(), expiresAt);
        if (left.isNegative() || left.isZero()) {
            end("token expired");
            return;
        }
        Duration wait = left.compareTo(LONGEST_TIMER) > 0 ? LONGEST_TIMER : left;
        timer = context.setTimer(Math.max(1, wait.plusNanos(999_999).toMillis()), fired -> closeAt(expiresAt));
    }

    private void end(String reason) {
        if (!stopped) {
            stopped = true;
            end.accept(reason);
        }
    }
}

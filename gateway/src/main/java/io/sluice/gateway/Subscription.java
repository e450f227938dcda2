package io.sluice.gateway;

import io.sluice.websocket.CloseCode;
import io.sluice.websocket.SessionListener;
import io.sluice.websocket.WebSocketSession;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client on one streaming API, from the upgrade to the end. Closes it with {@link StreamProtocol#TOKEN_EXPIRED} at the moment its token expires,
 * whether or not anything is sent. Messages of the client are counted and ignored, within a bound per minute. One event loop calls it.
 */
final class Subscription implements SessionListener {

    /** A timer is never armed for longer, so that a wall clock that was set is noticed. */
    private static final Duration LONGEST_TIMER = Duration.ofMinutes(1);

    /** Lines for opening and closing; never a token. Switched on by level DEBUG for this name. */
    private static final Logger ACCESS = LoggerFactory.getLogger("io.sluice.gateway.access");

    private final Vertx vertx;
    private final Clock clock;
    private final StreamHub hub;
    private final Caller caller;
    private final int messagesPerMinute;
    private long timer = -1;
    private long windowStart;
    private int messagesInWindow;
    private boolean joined;

    /**
     * Who connects.
     *
     * @param name for the access log: the subject of the token, or empty
     * @param expiresAt when the token ends, or null without a token
     * @param lease the connection's share of the limits; closed with the connection
     * @param requestId of the handshake
     */
    record Caller(String name, @Nullable Instant expiresAt, ConnectionLimits.Lease lease, String requestId) {}

    Subscription(Vertx vertx, Clock clock, StreamHub hub, Caller caller, int messagesPerMinute) {
        this.vertx = vertx;
        this.clock = clock;
        this.hub = hub;
        this.caller = caller;
        this.messagesPerMinute = messagesPerMinute;
    }

    @Override
    public void opened(WebSocketSession session) {
        joined = true;
        windowStart = clock.millis();
        hub.join(session);
        if (caller.expiresAt() != null) {
            closeAt(caller.expiresAt(), session);
        }
        ACCESS.atDebug()
                .addKeyValue("api", hub.api().name())
                .addKeyValue("principal", caller.name())
                .addKeyValue("remote", session.remote())
                .addKeyValue("requestId", caller.requestId())
                .log("opened");
    }

    @Override
    public void text(WebSocketSession session, String message) {
        ignore(session);
    }

    @Override
    public void binary(WebSocketSession session, byte[] message) {
        ignore(session);
    }

    @Override
    public void closed(WebSocketSession session, int code, String reason) {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        caller.lease().close();
        if (joined) {
            hub.left();
        }
        hub.meters().closed(code);
        ACCESS.atDebug()
                .addKeyValue("api", hub.api().name())
                .addKeyValue("principal", caller.name())
                .addKeyValue("remote", session.remote())
                .addKeyValue("requestId", caller.requestId())
                .addKeyValue("status", code)
                .log("closed");
    }

    private void closeAt(Instant expiresAt, WebSocketSession session) {
        Duration left = Duration.between(clock.instant(), expiresAt);
        if (left.isNegative() || left.isZero()) {
            session.close(StreamProtocol.TOKEN_EXPIRED, "token expired");
            return;
        }
        Duration wait = left.compareTo(LONGEST_TIMER) > 0 ? LONGEST_TIMER : left;
        timer = vertx.setTimer(Math.max(1, wait.plusNanos(999_999).toMillis()), fired -> closeAt(expiresAt, session));
    }

    private void ignore(WebSocketSession session) {
        hub.meters().clientMessage();
        long now = clock.millis();
        if (now - windowStart >= 60_000) {
            windowStart = now;
            messagesInWindow = 0;
        }
        if (++messagesInWindow > messagesPerMinute) {
            session.close(CloseCode.POLICY_VIOLATION, "more than " + messagesPerMinute + " messages in a minute");
        }
    }
}

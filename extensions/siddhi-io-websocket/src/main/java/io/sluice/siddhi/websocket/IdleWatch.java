package io.sluice.siddhi.websocket;

import io.sluice.websocket.CloseCode;
import io.sluice.websocket.WebSocketSession;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes the sessions of one server source or sink on which no message went either way for the idle time-out, with 1001 {@code Connection timeout}. Pings and
 * pongs do not count: they show that the peer lives, not that it is of use. Does nothing where the time-out is zero. Thread-safe.
 */
final class IdleWatch implements AutoCloseable {

    private final Vertx vertx;
    private final Duration timeout;
    private final Map<WebSocketSession, Long> heard = new ConcurrentHashMap<>();
    private final long timer;
    private volatile long sent = System.nanoTime();

    IdleWatch(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.timeout = timeout;
        this.timer = timeout.isZero() ? -1 : vertx.setPeriodic(tickMillis(timeout), tick -> sweep());
    }

    /** How often to look, so that a connection lives at most a quarter longer than it may. */
    static long tickMillis(Duration timeout) {
        return Math.min(1000, Math.max(20, timeout.toMillis() / 4));
    }

    /** The session opened, sent a message, or is read again. */
    void heard(WebSocketSession session) {
        if (!timeout.isZero()) {
            heard.put(session, System.nanoTime());
        }
    }

    /** A message went to all sessions. */
    void sent() {
        sent = System.nanoTime();
    }

    /** The session ended or is not read for a while. */
    void ignore(WebSocketSession session) {
        heard.remove(session);
    }

    private void sweep() {
        long now = System.nanoTime();
        heard.forEach((session, at) -> {
            if (now - Math.max(at, sent) >= timeout.toNanos()) {
                heard.remove(session);
                session.close(CloseCode.GOING_AWAY, "Connection timeout");
            }
        });
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}

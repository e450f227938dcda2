package io.sluice.websocket;

/**
 * Decides when a quiet peer is pinged and when it counts as dead. Any frame of the peer, a pong included, is a sign of life; at most one
 * ping is unanswered at a time. Times are {@link System#nanoTime} values, given by the caller.
 */
final class Heartbeat {

    /** What is to be done now. */
    enum Verdict {
        /** Nothing. */
        FINE,
        /** Send a ping; it is counted as sent. */
        PING,
        /** The peer left a ping unanswered for too long. */
        NO_PONG,
        /** The peer was silent for the idle time. */
        IDLE
    }

    private final long pingEvery;
    private final long pongTimeout;
    private final long idleTimeout;
    private long heard;
    private long pinged;
    private boolean waiting;

    Heartbeat(WebSocketLimits limits, long now) {
        pingEvery = limits.pingEvery().toNanos();
        pongTimeout = limits.pongTimeout().toNanos();
        idleTimeout = limits.idleTimeout().toNanos();
        heard = now;
    }

    /** Whether there is anything to watch. */
    boolean watches() {
        return pingEvery > 0 || idleTimeout > 0;
    }

    /** The peer sent something, or was not listened to until now. */
    void alive(long now) {
        heard = now;
        waiting = false;
    }

    Verdict check(long now) {
        if (idleTimeout > 0 && now - heard >= idleTimeout) {
            return Verdict.IDLE;
        }
        if (waiting) {
            return now - pinged >= pongTimeout ? Verdict.NO_PONG : Verdict.FINE;
        }
        if (pingEvery > 0 && now - heard >= pingEvery) {
            waiting = true;
            pinged = now;
            return Verdict.PING;
        }
        return Verdict.FINE;
    }

    /** Nanoseconds until {@link #check} can say something new; more than zero. */
    long nextCheckIn(long now) {
        long next = Long.MAX_VALUE;
        if (idleTimeout > 0) {
            next = heard + idleTimeout - now;
        }
        if (waiting) {
            next = Math.min(next, pinged + pongTimeout - now);
        } else if (pingEvery > 0) {
            next = Math.min(next, heard + pingEvery - now);
        }
        return Math.max(1, next);
    }
}

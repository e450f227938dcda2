package io.sluice.websocket;

import java.time.Duration;

/**
 * The bounds of a session.
 *
 * @param maxFrameBytes payload of one frame, 1 or more; more is answered with close 1009
 * @param maxMessageBytes payload of one message over all its fragments, 1 or more; more is answered with close 1009
 * @param pingEvery how long a peer may be quiet before it is asked for a pong; zero asks never
 * @param pongTimeout how long a peer may leave a ping unanswered before it is closed with 1001; more than zero where pings are sent
 * @param idleTimeout silence from the peer after which it is closed with 1001; any frame, a pong included, ends the silence; zero waits
 *     forever
 */
public record WebSocketLimits(
        int maxFrameBytes, int maxMessageBytes, Duration pingEvery, Duration pongTimeout, Duration idleTimeout) {

    /** @throws IllegalArgumentException naming the value that is out of its range */
    public WebSocketLimits {
        require(maxFrameBytes > 0, "maxFrameBytes", maxFrameBytes, "1 or more");
        require(maxMessageBytes > 0, "maxMessageBytes", maxMessageBytes, "1 or more");
        require(!pingEvery.isNegative(), "pingEvery", pingEvery, "zero or more");
        require(!idleTimeout.isNegative(), "idleTimeout", idleTimeout, "zero or more");
        require(
                pingEvery.isZero() || pongTimeout.compareTo(Duration.ZERO) > 0,
                "pongTimeout",
                pongTimeout,
                "more than zero");
    }

    /** 1 MiB frames, 4 MiB messages, a ping every 30 s, 20 s for the pong, no idle time-out. */
    public static WebSocketLimits defaults() {
        return new WebSocketLimits(1 << 20, 4 << 20, Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ZERO);
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + allowed);
        }
    }
}

package io.sluice.websocket;

import java.time.Duration;

/**
 * The bounds of a session.
 *
 * @param maxFrameBytes payload of one frame; more is answered with close 1009
 * @param maxMessageBytes payload of one message over all its fragments, inflated; more is answered with close 1009
 * @param pingEvery how often a quiet peer is asked for a pong; zero asks never
 * @param pongTimeout how long a peer may leave a ping unanswered before it is closed with 1001
 * @param idleTimeout silence from the peer after which it is closed with 1001; zero waits forever
 */
public record WebSocketLimits(
        int maxFrameBytes, int maxMessageBytes, Duration pingEvery, Duration pongTimeout, Duration idleTimeout) {

    /** 1 MiB frames, 4 MiB messages, a ping every 30 s, 20 s for the pong, no idle time-out. */
    public static WebSocketLimits defaults() {
        return new WebSocketLimits(1 << 20, 4 << 20, Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ZERO);
    }
}

package io.sluice.websocket;

/**
 * What happens on one session. Called on the session's event loop, in order, never concurrently; must not block. An exception closes the
 * session with {@link CloseCode#INTERNAL_ERROR}.
 */
public interface SessionListener {
    /** The connection is upgraded; the session may be used from now on. First call. */
    default void opened(WebSocketSession session) {}

    /** A whole text message, valid UTF-8. */
    default void text(WebSocketSession session, String message) {}

    /** A whole binary message. */
    default void binary(WebSocketSession session, byte[] message) {}

    /** The write buffer, which was full, has room again. */
    default void writable(WebSocketSession session) {}

    /**
     * The connection is gone. Last call.
     *
     * @param code the close code of whoever closed first; 1005 where the peer gave none, 1006 where the connection broke
     * @param reason the reason, possibly empty
     */
    default void closed(WebSocketSession session, int code, String reason) {}
}

package io.sluice.websocket;

import org.jspecify.annotations.Nullable;

/** One upgraded connection, seen from the server. All methods may be called from any thread and never block. */
public interface WebSocketSession {
    /** The address of the peer as {@code host:port}. */
    String remote();

    /** The subprotocol that was agreed, or null. */
    @Nullable
    String subprotocol();

    /**
     * Sends one text message.
     *
     * @return false, with nothing sent, if the connection is closing or its write buffer is full
     */
    boolean sendText(String text);

    /** Sends one binary message; as {@link #sendText}. The array must not be changed afterwards. */
    boolean sendBinary(byte[] payload);

    /** Whether an offered message would be taken now. */
    boolean isWritable();

    /**
     * Puts one text message, given as UTF-8 that is not checked, into the write buffer; {@link #flush} sends it. Only on the session's event loop.
     *
     * @return false, with nothing taken, if the connection is closing or its write buffer is full; {@link SessionListener#writable} tells when it has room
     */
    boolean offerText(byte[] utf8);

    /** Puts one binary message into the write buffer; as {@link #offerText}. */
    boolean offerBinary(byte[] payload);

    /** Sends what was offered. Only on the session's event loop. */
    void flush();

    /**
     * Starts the closing handshake; after two seconds without an answer the connection is cut. Later calls do nothing.
     *
     * @param code one that {@link CloseCode#isSendable} allows
     * @param reason for the peer's log; cut after 123 bytes of UTF-8
     * @throws IllegalArgumentException if the code may not be on the wire, such as 1005 or 1006
     */
    void close(int code, String reason);

    /**
     * Stops reading from the peer, so that TCP holds it back; messages that were read before still arrive. Nobody is called idle meanwhile.
     */
    void pause();

    /** Reads again. */
    void resume();
}

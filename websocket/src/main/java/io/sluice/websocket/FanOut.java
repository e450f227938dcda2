package io.sluice.websocket;

/**
 * Sends every published message to every subscribed session. Each message is encoded once; each subscriber has its own place in one bounded ring per
 * event loop, so that a stuck one costs no memory and harms no other.
 */
public final class FanOut implements AutoCloseable {

    /** What happens to a subscriber that is a whole ring behind. */
    public enum SlowConsumer {
        /** It is closed with {@link CloseCode#TRY_AGAIN_LATER}. */
        DISCONNECT,
        /** It loses the oldest messages it has not got yet. */
        DROP_OLDEST
    }

    /** Told about losses, for counting. Called on event loops; must not block. */
    public interface Listener {
        /** Messages that a slow subscriber did not get. */
        void dropped(long messages);

        /** A slow subscriber that was closed. */
        void disconnected();
    }

    /**
     * @param name for logs
     * @param capacity messages that a subscriber may be behind, 1 or more
     * @param slowConsumer what happens beyond that
     * @param listener counts losses
     */
    public FanOut(String name, int capacity, SlowConsumer slowConsumer, Listener listener) {}

    /** Adds a session; it gets what is published from now on. It leaves by itself when its connection ends. */
    public void subscribe(WebSocketSession session) {}

    /** Publishes text, given as UTF-8. Any thread, never blocks, keeps the caller's order. The array must not be changed afterwards. */
    public void publishText(byte[] utf8) {}

    /** Publishes binary; as {@link #publishText}. */
    public void publishBinary(byte[] payload) {}

    /** Sessions subscribed now. */
    public int subscribers() {
        return 0;
    }

    /** Closes all sessions with {@link CloseCode#GOING_AWAY}. */
    @Override
    public void close() {}
}

package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends every published message to every subscribed session. Each message is encoded once; each subscriber has its own place in one bounded
 * ring per event loop, so that a stuck one costs no memory and harms no other.
 *
 * <p>Bounds, per event loop: an inbox of {@code capacity} messages and {@code maxBytes} from the publishers to the loop, and a ring of the
 * same size for subscribers that are behind; the frames are shared between the loops. A ring that nobody is behind in is empty. If
 * publishers outrun the loop, the oldest messages leave the inbox, and whoever has not got them counts as slow. A publisher that can wait
 * watches {@link #hasRoom} and {@link Listener#room}.
 *
 * <p>Every delivery looks at every subscriber of the loop, so a stuck connection, which fires no event, is found by the message that it has
 * no room for.
 */
public final class FanOut implements AutoCloseable {
    /** Bound in bytes where none is given: 64 MiB. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

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

        /** An inbox that had been more than half full was taken over: a publisher that waits may look at {@link FanOut#hasRoom} again. */
        default void room() {}
    }

    private final LoopRing.Policy policy;
    private final ConcurrentMap<EventLoop, LoopRing> rings = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * As the long constructor, with {@link #DEFAULT_MAX_BYTES}.
     *
     * @param name for logs
     * @param capacity messages that a subscriber may be behind, 1 or more
     * @param slowConsumer what happens beyond that
     * @param listener counts losses
     */
    public FanOut(String name, int capacity, SlowConsumer slowConsumer, Listener listener) {
        this(name, capacity, DEFAULT_MAX_BYTES, slowConsumer, listener);
    }

    /**
     * @param name for logs
     * @param capacity messages that a subscriber may be behind, 1 or more
     * @param maxBytes bytes that a subscriber may be behind, 1 or more; one message larger than that is still sent, alone
     * @param slowConsumer what happens beyond that
     * @param listener counts losses
     * @throws IllegalArgumentException if a bound is less than 1
     */
    public FanOut(String name, int capacity, long maxBytes, SlowConsumer slowConsumer, Listener listener) {
        if (capacity < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("fan-out '" + name + "' needs a capacity and maxBytes of 1 or more, not "
                    + capacity + " and " + maxBytes);
        }
        policy = new LoopRing.Policy(name, capacity, maxBytes, slowConsumer, listener, new AtomicInteger());
    }

    /**
     * Adds a session; it gets what is published from now on. It leaves by itself when its connection ends. After {@link #close} the session
     * is closed with {@link CloseCode#GOING_AWAY}. Any thread; adding a session twice gives it everything twice.
     *
     * @throws IllegalArgumentException if the session was not made by {@link Handshake#accept}
     */
    public void subscribe(WebSocketSession session) {
        FrameSession member = own(session);
        ringOf(member).join(member);
        if (closed) {
            // close() may have missed a ring that was made meanwhile.
            close();
        }
    }

    /**
     * Removes a session, which stays open; does nothing if it is not subscribed. Any thread; messages published before may still arrive.
     */
    public void unsubscribe(WebSocketSession session) {
        FrameSession member = own(session);
        ringOf(member).leave(member);
    }

    /**
     * Publishes text, given as UTF-8, which is not checked. Any thread, never waits for a subscriber or a loop, keeps the caller's order.
     * The array must not be changed during the call. Does nothing after {@link #close}.
     */
    public void publishText(byte[] utf8) {
        if (subscribers() > 0) {
            publish(Frames.text(ByteBufAllocator.DEFAULT, utf8));
        }
    }

    /** Publishes binary; as {@link #publishText}. */
    public void publishBinary(byte[] payload) {
        if (subscribers() > 0) {
            publish(Frames.binary(ByteBufAllocator.DEFAULT, payload));
        }
    }

    /**
     * Whether every inbox is at most half full. Publishing without room is allowed, and takes the oldest messages away from those who wait
     * for them.
     */
    public boolean hasRoom() {
        for (LoopRing ring : rings.values()) {
            if (!ring.hasRoom()) {
                return false;
            }
        }
        return true;
    }

    /** Sessions subscribed now. */
    public int subscribers() {
        return policy.total().get();
    }

    /** Closes all sessions with {@link CloseCode#GOING_AWAY}, after the messages they have room for. Any thread; returns at once. */
    @Override
    public void close() {
        closed = true;
        rings.values().forEach(LoopRing::close);
    }

    @Override
    public String toString() {
        return "FanOut[" + policy.name() + ", " + subscribers() + " subscribers]";
    }

    private void publish(ByteBuf frame) {
        try {
            for (LoopRing ring : rings.values()) {
                ring.offer(frame);
            }
        } finally {
            frame.release();
        }
    }

    private LoopRing ringOf(FrameSession session) {
        return rings.computeIfAbsent(session.channel().eventLoop(), loop -> new LoopRing(loop, policy));
    }

    private static FrameSession own(WebSocketSession session) {
        if (session instanceof FrameSession frameSession) {
            return frameSession;
        }
        throw new IllegalArgumentException(
                "only sessions made by Handshake.accept can be subscribed, not " + session.getClass());
    }
}

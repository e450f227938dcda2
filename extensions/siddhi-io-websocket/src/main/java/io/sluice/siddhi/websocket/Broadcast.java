package io.sluice.siddhi.websocket;

import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Place;
import io.sluice.websocket.FanOut;
import io.sluice.websocket.WebSocketSession;
import io.vertx.core.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Sends payloads to all subscribers. Waits for event loops that are behind with taking messages over, because a burst from the app would else make healthy
 * subscribers look slow; never waits for a subscriber. The wait ends after a second at the latest and is skipped on event loops.
 */
final class Broadcast implements FanOut.Listener, AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final ExtensionMeters meters;
    private final boolean dropsOldest;
    private final FanOut fanOut;
    private final Object room = new Object();

    /**
     * Without subscribers at first.
     *
     * @param queueSize events that a subscriber may be behind
     * @param dropsOldest whether a slower one loses the oldest events instead of its connection
     */
    Broadcast(Place place, int queueSize, boolean dropsOldest, ExtensionMeters meters) {
        this.meters = meters;
        this.dropsOldest = dropsOldest;
        this.fanOut = new FanOut(
                place.toString(),
                queueSize,
                dropsOldest ? FanOut.SlowConsumer.DROP_OLDEST : FanOut.SlowConsumer.DISCONNECT,
                this);
    }

    void subscribe(WebSocketSession session) {
        fanOut.subscribe(session);
    }

    int subscribers() {
        return fanOut.subscribers();
    }

    /**
     * Sends a payload of one of the classes of {@link Payloads}.
     *
     * @throws IllegalArgumentException if it is of another class
     */
    void publish(Object payload) {
        if (!fanOut.hasRoom() && !Context.isOnEventLoopThread()) {
            awaitRoom();
        }
        if (payload instanceof String text) {
            fanOut.publishText(text.getBytes(StandardCharsets.UTF_8));
        } else {
            fanOut.publishBinary(Payloads.bytes(payload));
        }
    }

    private void awaitRoom() {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        synchronized (room) {
            long left = LIMIT.toMillis();
            try {
                while (left > 0 && !fanOut.hasRoom()) {
                    room.wait(left);
                    left = (deadline - System.nanoTime()) / 1_000_000;
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void room() {
        synchronized (room) {
            room.notifyAll();
        }
    }

    @Override
    public void dropped(long messages) {
        meters.dropped("slow_consumer", dropsOldest, messages);
    }

    @Override
    public void disconnected() {
        meters.count("slow.consumers.disconnected", 1);
    }

    /** Closes all subscribers with 1001. */
    @Override
    public void close() {
        fanOut.close();
    }
}

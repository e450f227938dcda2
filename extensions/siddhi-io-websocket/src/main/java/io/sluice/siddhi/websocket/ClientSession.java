package io.sluice.siddhi.websocket;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * One handshake and what follows it. Watches the connection: a ping every 30 s, and it is cut when the peer then stays silent for 20 s more; after the
 * idle time-out without a message either way it is closed with 1001. Neither clock runs while reading is paused.
 */
final class ClientSession implements Intake.Peer {

    private static final Duration PING_AFTER = Duration.ofSeconds(30);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(50);
    private static final short NORMAL = 1000;
    private static final short GOING_AWAY = 1001;

    private final Vertx vertx;
    private final ClientWebSocket socket;
    private final Duration idleTimeout;
    private final ClientConnection.Listener listener;
    private final BiConsumer<ClientSession, String> onLoss;
    private volatile long lastFrame = System.nanoTime();
    private volatile long lastMessage = lastFrame;
    private volatile boolean paused;
    private boolean pinged; // event loop only

    ClientSession(
            Vertx vertx,
            ClientWebSocket socket,
            Duration idleTimeout,
            ClientConnection.Listener listener,
            BiConsumer<ClientSession, String> onLoss) {
        this.vertx = vertx;
        this.socket = socket;
        this.idleTimeout = idleTimeout;
        this.listener = listener;
        this.onLoss = onLoss;
    }

    /** Shakes hands; completes before the first message is passed on. */
    Future<Void> dial(WebSocketConnectOptions handshake) {
        socket.frameHandler(frame -> lastFrame = System.nanoTime())
                .textMessageHandler(text -> pass(text, text.length()))
                .binaryMessageHandler(data -> pass(data.getBytes(), data.length()));
        return socket.connect(handshake).map(open -> {
            long watch = vertx.setPeriodic(tickMillis(), tick -> watch());
            socket.closeHandler(gone -> {
                vertx.cancelTimer(watch);
                onLoss.accept(this, "close code " + socket.closeStatusCode());
            });
            return null;
        });
    }

    /** Completes when the kernel has the whole message. */
    Future<Void> send(Object payload) {
        lastMessage = System.nanoTime();
        return payload instanceof String text
                ? socket.writeTextMessage(text)
                : socket.writeBinaryMessage(Buffer.buffer((byte[]) payload));
    }

    /** Closing handshake; completes when the connection is gone. */
    Future<Void> close() {
        return socket.close(NORMAL, "");
    }

    /** Ends the connection without a word; for a peer that does not read, to which no Close frame could be written. */
    void cut() {
        ((WebSocketInternal) socket).channelHandlerContext().close();
    }

    @Override
    public void pause() {
        paused = true;
        socket.pause();
    }

    @Override
    public void resume() {
        lastFrame = System.nanoTime();
        lastMessage = lastFrame;
        paused = false;
        socket.resume();
    }

    private void pass(Object payload, int bytes) {
        lastMessage = System.nanoTime();
        listener.message(this, payload, bytes);
    }

    private long tickMillis() {
        return idleTimeout.isZero() ? 1000 : IdleWatch.tickMillis(idleTimeout);
    }

    private void watch() {
        if (paused) {
            return;
        }
        long now = System.nanoTime();
        if (!idleTimeout.isZero() && now - lastMessage >= idleTimeout.toNanos()) {
            socket.close(GOING_AWAY, "Connection timeout");
        } else if (now - lastFrame >= DEAD_AFTER.toNanos()) {
            cut();
        } else if (now - lastFrame < PING_AFTER.toNanos()) {
            pinged = false;
        } else if (!pinged) {
            pinged = true;
            socket.writePing(Buffer.buffer());
        }
    }
}

package io.sluice.siddhi.websocket;

import io.siddhi.core.exception.ConnectionUnavailableException;
import io.sluice.siddhi.kit.Blocking;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.StoreFile;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One connection to a WebSocket server that comes back by itself: after a loss or a failed attempt it dials again after 0.2 s, 0.4 s, … 10 s, until it
 * is closed. Thread-safe.
 */
final class ClientConnection implements AutoCloseable {

    /** Told about the connection. Called on event loops; must not block. */
    interface Listener {
        /** A whole message, {@code String} or {@code byte[]}. */
        void message(Intake.Peer from, Object payload, int bytes);

        /** The peer will deliver nothing more. */
        void lost(Intake.Peer peer);

        /** The connection is there again without anybody having asked by {@link ClientConnection#open}. */
        void healed();
    }

    static final int MAX_MESSAGE_BYTES = 16 << 20;
    static final Duration DIAL_LIMIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
    private static final Duration SEND_LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final ClientOptions options;
    private final Place place;
    private final Listener listener;
    private final Backoff backoff = new Backoff(
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            () -> ThreadLocalRandom.current().nextDouble());
    private final WebSocketClient client;
    private volatile @Nullable ClientSession session; // written under this, like all below
    private @Nullable Future<Void> attempt;
    private int failures;
    private long timer = -1;
    private boolean closed;

    /**
     * Prepares the connection; dials nothing yet.
     *
     * @throws ConnectionUnavailableException if the trust store cannot be read any more
     */
    static ClientConnection of(SharedResources resources, ClientOptions options, Place place, Listener listener)
            throws ConnectionUnavailableException {
        try {
            return new ClientConnection(resources.vertx(), options, place, listener);
        } catch (StoreFile.Unusable trouble) {
            throw new ConnectionUnavailableException(place + ": " + trouble.getMessage(), trouble);
        }
    }

    private ClientConnection(Vertx vertx, ClientOptions options, Place place, Listener listener)
            throws StoreFile.Unusable {
        this.vertx = vertx;
        this.options = options;
        this.place = place;
        this.listener = listener;
        WebSocketClientOptions settings = new WebSocketClientOptions()
                .setConnectTimeout((int) DIAL_LIMIT.toMillis())
                .setMaxFrameSize(MAX_MESSAGE_BYTES)
                .setMaxMessageSize(MAX_MESSAGE_BYTES)
                .setClosingTimeout((int) CLOSE_LIMIT.toSeconds())
                .setSsl(options.secure());
        if (options.truststore() != null) {
            settings.setTrustOptions(options.truststore().trust());
        }
        this.client = vertx.createWebSocketClient(settings);
    }

    boolean isOpen() {
        return session != null;
    }

    /**
     * Dials unless connected, and waits for the outcome, at most five seconds.
     *
     * @throws ConnectionUnavailableException if the server cannot be reached or refuses; attempts go on in the background
     */
    void open() throws ConnectionUnavailableException {
        try {
            Blocking.get(dial(false), DIAL_LIMIT.plusSeconds(1));
        } catch (IOException trouble) {
            throw new ConnectionUnavailableException(
                    place + " cannot open " + options.shown() + ": " + trouble.getMessage(), trouble);
        }
    }

    /**
     * Sends one message and waits until the kernel has it, so that a slow server slows the app instead of filling memory.
     *
     * @throws ConnectionUnavailableException if there is no connection, if it breaks meanwhile, or if the server has read nothing for 30 seconds
     */
    void send(Object payload) throws ConnectionUnavailableException {
        ClientSession to = session;
        if (to == null) {
            throw new ConnectionUnavailableException(place + " has no connection to " + options.shown());
        }
        try {
            Blocking.get(to.send(payload), SEND_LIMIT);
        } catch (IOException trouble) {
            to.cut();
            throw new ConnectionUnavailableException(
                    place + " could not send to " + options.shown() + ": " + trouble.getMessage(), trouble);
        }
    }

    /** Says goodbye and stops dialling; returns when the connection is gone, at most some seconds later. */
    @Override
    public void close() {
        ClientSession last;
        synchronized (this) {
            closed = true;
            vertx.cancelTimer(timer);
            last = session;
            session = null;
        }
        try {
            if (last != null) {
                Blocking.get(last.close(), CLOSE_LIMIT.plusSeconds(1));
            }
        } catch (IOException unanswered) {
            last.cut();
        }
        try {
            Blocking.get(client.close(), CLOSE_LIMIT);
        } catch (IOException trouble) {
            place.log(LOG, Level.WARN)
                    .addKeyValue("error", trouble.getMessage())
                    .log("client did not close cleanly");
        }
    }

    private synchronized Future<Void> dial(boolean healing) {
        if (closed) {
            return Future.failedFuture("closed");
        }
        if (session != null) {
            return Future.succeededFuture();
        }
        if (attempt != null) {
            return attempt;
        }
        vertx.cancelTimer(timer);
        WebSocketConnectOptions handshake = new WebSocketConnectOptions()
                .setHost(options.url().getHost())
                .setPort(options.port())
                .setURI(options.requestTarget())
                .setSubProtocols(options.subprotocols().isEmpty() ? null : options.subprotocols())
                .setAllowOriginHeader(false)
                .setTimeout(DIAL_LIMIT.toMillis());
        options.headers().forEach(header -> handshake.addHeader(header.getKey(), header.getValue()));
        Promise<Void> outcome = Promise.promise();
        attempt = outcome.future();
        ClientSession next = new ClientSession(vertx, client.webSocket(), options.idleTimeout(), listener, this::lost);
        next.dial(handshake)
                .onSuccess(open -> dialled(next, healing, outcome))
                .onFailure(cause -> failed(cause, outcome));
        return outcome.future();
    }

    private void dialled(ClientSession next, boolean healing, Promise<Void> outcome) {
        synchronized (this) {
            attempt = null;
            if (closed) {
                next.cut();
                outcome.fail("closed");
                return;
            }
            session = next;
            failures = 0;
        }
        place.log(LOG, Level.INFO).addKeyValue("upstream", options.shown()).log("connected");
        outcome.complete();
        if (healing) {
            listener.healed();
        }
    }

    private void failed(Throwable cause, Promise<Void> outcome) {
        synchronized (this) {
            attempt = null;
            retry("attempt failed: " + reason(cause));
        }
        outcome.fail(new IOException(reason(cause), cause));
    }

    private void lost(ClientSession gone, String why) {
        listener.lost(gone);
        synchronized (this) {
            if (session == gone) {
                session = null;
                retry("connection lost: " + why);
            }
        }
    }

    /** Called with the lock held. */
    private void retry(String why) {
        if (closed) {
            return;
        }
        Duration wait = backoff.after(failures++);
        timer = vertx.setTimer(Math.max(1, wait.toMillis()), due -> dial(true));
        place.log(
                        LOG,
                        Integer.bitCount(failures) == 1
                                ? Level.WARN
                                : Level.DEBUG) // not one line per attempt of a long outage
                .addKeyValue("upstream", options.shown())
                .addKeyValue("attempt", failures)
                .addKeyValue("retryIn", wait)
                .addKeyValue("error", why)
                .log("no connection, will dial again");
    }

    private static String reason(Throwable cause) {
        if (cause instanceof UpgradeRejectedException refused) {
            return "the server answered " + refused.getStatus() + " instead of upgrading";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}

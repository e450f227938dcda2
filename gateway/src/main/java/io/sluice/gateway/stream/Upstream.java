package io.sluice.gateway.stream;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection from the gateway to the server behind a streaming API, however many clients there are.
 *
 * <ol>
 *   <li>It is opened when the gateway starts and kept open whether or not somebody listens, so that the first client need not wait and a
 *       broken upstream is seen before a client meets it.
 *   <li>When it breaks it is opened again after 50 to 100 ms, then after twice as long each time, at most 5 s; the wait starts over once a
 *       connection has lasted that long.
 *   <li>It is never held back for a slow client, only while the gateway's own event loops cannot take more ({@link #pause}).
 *   <li>A silent upstream is asked for a pong every 10 s and given up after 30 s.
 * </ol>
 *
 * <p>A verticle of its own, so that every callback of the listener comes on one event loop, in order.
 */
public final class Upstream extends VerticleBase {

    /**
     * A message over the limit shall be dropped, not end the connection with all that is under way in it; but Netty ends it at a frame over its own
     * limit, which is therefore this much larger.
     */
    private static final long FRAME_SLACK = 4;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    /**
     * How patient it is.
     *
     * @param firstWait the first step of the back-off
     * @param maxWait the longest wait between two attempts
     * @param pingEvery how often a pong is asked for
     * @param silence how long nothing may come, not even a pong
     */
    record Pace(Duration firstWait, Duration maxWait, Duration pingEvery, Duration silence) {
        static final Pace NORMAL =
                new Pace(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    /** What happens on the connection; called on the upstream's event loop. */
    interface Listener extends MessageAssembler.Sink {
        /** Messages flow from now on. Always before the first message of a connection. */
        void connected(Instant since);

        /** Nothing flows until the next {@link #connected}. */
        void disconnected(Instant since);
    }

    /**
     * How the connection is.
     *
     * @param connected whether messages can flow
     * @param since since when it is so
     * @param detail for a person
     */
    public record Status(boolean connected, Instant since, String detail) {}

    private final String api;
    private final URI uri;
    private final String address;
    private final int maxMessageBytes;
    private final Listener listener;
    private final Clock clock;
    private final Pace pace;
    private final BackOff backOff;

    private volatile Status status;

    // Below: only touched on the event loop.
    private @Nullable WebSocketClient client;
    private @Nullable ClientWebSocket current;
    private long heardNanos;
    private int attempt;
    private @Nullable Throwable fault;
    private boolean paused;
    private boolean stopped;

    /**
     * @param api the API's name, for logs
     * @param uri a ws or wss URI
     * @param maxMessageBytes the largest message passed on; larger ones are dropped, and a frame four times as large ends the connection
     */
    Upstream(String api, URI uri, int maxMessageBytes, Listener listener, Clock clock, Pace pace) {
        this.api = api;
        this.uri = uri;
        this.address = uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath(); // a query may hold a secret
        this.maxMessageBytes = maxMessageBytes;
        this.listener = listener;
        this.clock = clock;
        this.pace = pace;
        this.backOff = new BackOff(pace.firstWait(), pace.maxWait(), new Random());
        this.status = new Status(false, clock.instant(), "not connected yet to " + address);
    }

    /** How the connection is now. Any thread. */
    Status status() {
        return status;
    }

    /** Stops reading, so that TCP holds the upstream back. On the upstream's event loop, from within the listener. */
    void pause() {
        if (current != null) {
            paused = true;
            current.pause();
        }
    }

    /** Reads again; does nothing if it was not paused. Any thread. */
    void resume() {
        context.runOnContext(onLoop -> {
            if (paused && current != null) {
                heardNanos = System.nanoTime(); // it had no chance to be heard
                current.resume();
            }
            paused = false;
        });
    }

    /** Does this again and again on the upstream's event loop while it is deployed. */
    void every(long millis, Runnable task) {
        context.runOnContext(onLoop -> vertx.setPeriodic(millis, due -> task.run()));
    }

    /** Completes at once: a gateway starts without its upstreams. */
    @Override
    public Future<?> start() {
        client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxFrameSize((int) Math.min(Integer.MAX_VALUE, FRAME_SLACK * maxMessageBytes))
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setClosingTimeout(2));
        vertx.setPeriodic(pace.pingEvery().toMillis(), timer -> checkAlive());
        connect();
        return Future.succeededFuture();
    }

    /** Says 1001 to the upstream; does not wait for its answer. */
    @Override
    public Future<?> stop() {
        stopped = true;
        ClientWebSocket open = current;
        current = null;
        if (open != null) {
            open.close((short) 1001, "gateway stops");
        }
        return Future.succeededFuture();
    }

    private void connect() {
        WebSocketClient from = client;
        if (stopped || from == null) {
            return;
        }
        attempt++;
        fault = null;
        ClientWebSocket next = from.webSocket();
        MessageAssembler messages = new MessageAssembler(maxMessageBytes, listener);
        next.frameHandler(frame -> {
            opened(next);
            heardNanos = System.nanoTime();
            messages.frame(frame);
        });
        next.exceptionHandler(
                cause -> fault = fault == null ? cause : fault); // the first says why, the others follow from it
        next.closeHandler(gone -> lost(next, howClosed(next)));
        next.connect(connectOptions()).onComplete(open -> opened(next), this::refused);
    }

    private WebSocketConnectOptions connectOptions() {
        boolean tls = "wss".equals(uri.getScheme());
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String host = uri.getHost().startsWith("[")
                ? uri.getHost().substring(1, uri.getHost().length() - 1)
                : uri.getHost();
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(host);
        options.setPort(uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80);
        options.setSsl(tls);
        options.setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
        options.setTimeout(CONNECT_TIMEOUT.toMillis());
        return options;
    }

    /** Comes with the first frame or with the handshake's success, whichever Vert.x reports first; counts once per connection. */
    private void opened(ClientWebSocket next) {
        if (current == next) {
            return;
        }
        if (stopped) {
            next.close((short) 1001, "gateway stops");
            return;
        }
        current = next;
        paused = false;
        heardNanos = System.nanoTime();
        Instant now = clock.instant();
        status = new Status(true, now, "connected to " + address);
        LOG.atInfo()
                .addKeyValue("api", api)
                .addKeyValue("upstream", address)
                .addKeyValue("attempt", attempt)
                .log("upstream connected");
        listener.connected(now);
    }

    private void lost(ClientWebSocket gone, String how) {
        if (current != gone) {
            return;
        }
        current = null;
        Instant now = clock.instant();
        if (Duration.between(status.since(), now).compareTo(pace.maxWait()) >= 0) {
            backOff.reset(); // a server that accepts and closes at once must not be asked ten times a second for ever
        }
        attempt = 0;
        status = new Status(false, now, address + " " + how);
        LOG.atWarn()
                .addKeyValue("api", api)
                .addKeyValue("upstream", address)
                .addKeyValue("error", how)
                .log("upstream connection ended, will reconnect");
        listener.disconnected(now);
        connectLater();
    }

    private String howClosed(ClientWebSocket gone) {
        if (fault != null) {
            return "broke the protocol or the connection: " + why(fault);
        }
        Short code = gone.closeStatusCode();
        return "closed the connection " + (code == null ? "without a Close frame" : "with code " + code);
    }

    /** The message, and that of the innermost cause: "Failed to create SSL connection" alone helps nobody. */
    private static String why(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(failure.getMessage());
        String rootMessage = String.valueOf(root.getMessage());
        return message.contains(rootMessage) ? message : message + ": " + rootMessage;
    }

    private void refused(Throwable cause) {
        if (stopped) {
            return;
        }
        status = new Status(
                false,
                status.since(),
                "%s did not accept the connection: %s (%d attempts)".formatted(address, why(cause), attempt));
        (attempt == 1 ? LOG.atWarn() : LOG.atDebug())
                .addKeyValue("api", api)
                .addKeyValue("upstream", address)
                .addKeyValue("attempt", attempt)
                .addKeyValue("error", why(cause))
                .log("upstream did not accept the connection, will try again");
        connectLater();
    }

    private void connectLater() {
        vertx.setTimer(backOff.next().toMillis(), timer -> connect());
    }

    private void checkAlive() {
        ClientWebSocket open = current;
        if (open == null || paused) {
            return;
        }
        if (System.nanoTime() - heardNanos > pace.silence().toNanos()) {
            lost(open, "was silent for " + pace.silence().toSeconds() + "s");
            open.close((short) 1001, "no answer to pings");
        } else {
            open.writePing(Buffer.buffer());
        }
    }
}

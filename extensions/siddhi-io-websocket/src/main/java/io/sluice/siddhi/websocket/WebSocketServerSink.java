package io.sluice.siddhi.websocket;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.websocket.Handshake;
import io.sluice.websocket.SessionListener;
import io.sluice.websocket.WebSocketLimits;
import io.sluice.websocket.WebSocketSession;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Pushes every event to all connected WebSocket clients.
 *
 * <ol>
 *   <li>{@code publish} keeps the order of events and waits for no client; at most for the event loops (see {@link Broadcast}).
 *   <li>A client gets what is published while it is connected, each event at most once. It is closed, or loses the oldest events, when it is
 *       {@code queue.size} events behind; nobody else notices.
 *   <li>What clients send is read and ignored; more than 64 KiB in one message closes the connection with 1009.
 * </ol>
 */
@Extension(
        name = "websocket-server",
        namespace = "sink",
        description = "Pushes every event to all WebSocket clients that are connected to a port of this server.",
        parameters = {
            @Parameter(name = "host", description = "Bind address.", type = DataType.STRING),
            @Parameter(
                    name = "port",
                    description =
                            "Bind port; 0 takes a free one. Sources and sinks with different paths may share a port.",
                    type = DataType.STRING),
            @Parameter(
                    name = "path",
                    description =
                            "Path of this sink, for example /orders. Without it every path that belongs to no other leads here.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "any path"),
            @Parameter(
                    name = "sub.protocol",
                    description = "Comma-separated subprotocols that may be agreed with a client.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "idle.timeout",
                    description =
                            "Milliseconds without a message either way after which a connection is closed with 1001; -1 waits forever.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "-1"),
            @Parameter(
                    name = "tls.enabled",
                    description = "Whether the port speaks TLS.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "keystore.path",
                    description = "PKCS12 or JKS file with the server's key; needed for TLS.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "keystore.password",
                    description = "Password of the keystore and of its key; needed for TLS.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "queue.size",
                    description = "Events that a client may be behind.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1024"),
            @Parameter(
                    name = "slow.consumer",
                    description =
                            "What happens to a client further behind: disconnect (close code 1013) or drop.oldest.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "disconnect")
        },
        examples =
                @Example(
                        syntax = "@sink(type='websocket-server', host='127.0.0.1', port='8025', path='/orders',\n"
                                + "    @map(type='json'))\n"
                                + "define stream Orders (id string, amount double);",
                        description = "Every order goes, as JSON, to all clients of ws://127.0.0.1:8025/orders."))
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
public final class WebSocketServerSink extends Sink<State> {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketServerSink.class);
    private static final int MAX_INCOMING_BYTES = 64 << 10;
    private static final String DROP_OLDEST = "drop.oldest";

    private Place place;
    private SharedResources resources;
    private ServerOptions options;
    private int queueSize;
    private boolean dropsOldest;
    private volatile @Nullable ExtensionMeters meters; // written under this, like all below
    private SharedServer.@Nullable Mount mount;
    private volatile @Nullable Broadcast broadcast;
    private volatile @Nullable IdleWatch idle;
    private boolean destroyed;

    @Override
    protected @Nullable StateFactory<State> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        place = new Place("sink", "websocket-server", stream.getId(), app.getName());
        resources = SharedResources.of(app);
        Options reading = new Options(holder, system, getClass(), place.toString());
        options = ServerOptions.read(reading, system);
        queueSize = (int) reading.number("queue.size", 1024, 1, 1 << 20);
        dropsOldest = reading.choice("slow.consumer", "disconnect", List.of("disconnect", DROP_OLDEST))
                .equals(DROP_OLDEST);
        reading.verify();
        return null;
    }

    @Override
    public synchronized void connect() {
        if (mount != null || destroyed) { // an event in flight during the shutdown makes Siddhi connect once more
            return;
        }
        ExtensionMeters counting = meters == null ? openMeters() : meters;
        meters = counting;
        Broadcast opened = new Broadcast(place, queueSize, dropsOldest, counting);
        IdleWatch watch = new IdleWatch(resources.vertx(), options.idleTimeout());
        idle = watch;
        broadcast = opened; // before the first handshake can arrive
        try {
            mount = SharedServer.mount(
                    resources, options, place, handshake -> accept(handshake, new Subscription(opened, watch)));
        } finally {
            if (mount == null) {
                release();
            }
        }
    }

    @Override
    public void publish(Object payload, DynamicOptions dynamicOptions, State state)
            throws ConnectionUnavailableException {
        Broadcast to = broadcast;
        IdleWatch watch = idle;
        ExtensionMeters counting = meters;
        if (to == null || watch == null || counting == null) {
            throw new ConnectionUnavailableException(place + " is not connected");
        }
        to.publish(payload);
        watch.sent();
        counting.count(1);
    }

    @Override
    public synchronized void disconnect() {
        if (mount == null) {
            return;
        }
        mount.leave();
        release();
        mount.close();
        mount = null;
    }

    private void release() {
        Broadcast closing = broadcast;
        broadcast = null;
        if (closing != null) {
            closing.close();
        }
        IdleWatch watch = idle;
        idle = null;
        if (watch != null) {
            watch.close();
        }
    }

    @Override
    public synchronized void destroy() {
        destroyed = true;
        disconnect();
        ExtensionMeters closing = meters;
        meters = null;
        if (closing != null) {
            closing.close();
        }
    }

    /** The port that clients connect to, also where the option says 0; 0 while not connected. */
    public synchronized int port() {
        return mount == null ? 0 : mount.port();
    }

    /** Clients connected now. */
    public int subscribers() {
        Broadcast to = broadcast;
        return to == null ? 0 : to.subscribers();
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return Payloads.classes();
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return new ServiceDeploymentInfo(options.port(), options.keystore() != null);
    }

    private ExtensionMeters openMeters() {
        ExtensionMeters opened = ExtensionMeters.sink(resources, place.app(), place.stream(), place.type());
        opened.gauge("subscribers", this::subscribers);
        return opened;
    }

    private void accept(Handshake handshake, Subscription subscription) {
        WebSocketLimits usual = WebSocketLimits.defaults();
        WebSocketLimits limits = new WebSocketLimits(
                MAX_INCOMING_BYTES, MAX_INCOMING_BYTES, usual.pingEvery(), usual.pongTimeout(), Duration.ZERO);
        handshake
                .accept(options.agreed(handshake.offeredProtocols()), limits, subscription)
                .onFailure(gone -> place.log(LOG, Level.DEBUG).log("client left during the handshake"));
    }

    /** One client; what it sends only shows that it is not idle. */
    private record Subscription(Broadcast broadcast, IdleWatch idle) implements SessionListener {
        @Override
        public void opened(WebSocketSession session) {
            idle.heard(session);
            broadcast.subscribe(session);
        }

        @Override
        public void text(WebSocketSession session, String message) {
            idle.heard(session);
        }

        @Override
        public void binary(WebSocketSession session, byte[] message) {
            idle.heard(session);
        }

        @Override
        public void closed(WebSocketSession session, int code, String reason) {
            idle.ignore(session);
        }
    }
}

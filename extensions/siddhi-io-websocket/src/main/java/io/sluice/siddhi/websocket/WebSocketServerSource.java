package io.sluice.siddhi.websocket;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.websocket.CloseCode;
import io.sluice.websocket.Handshake;
import io.sluice.websocket.SessionListener;
import io.sluice.websocket.WebSocketLimits;
import io.sluice.websocket.WebSocketSession;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes events from WebSocket clients that connect to a port of this server.
 *
 * <ol>
 *   <li>A text message becomes a {@code String}, a binary message a {@code byte[]}; order is kept per client.
 *   <li>While the app is busy clients are not read (see {@link Intake}); nothing that was read is dropped.
 *   <li>A message that cannot be mapped goes Siddhi's way of errors and the connection stays; frames that break RFC 6455 end it.
 * </ol>
 */
@Extension(
        name = "websocket-server",
        namespace = "source",
        description = "Takes events from WebSocket clients that connect to a port of this server.",
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
                            "Path of this source, for example /in. Without it every path that belongs to no other leads here.",
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
                            "Milliseconds without a message after which a connection is closed with 1001; -1 waits forever.",
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
                    defaultValue = "null")
        },
        examples =
                @Example(
                        syntax = "@source(type='websocket-server', host='127.0.0.1', port='8025', path='/in',\n"
                                + "    @map(type='json'))\n"
                                + "define stream Readings (sensor string, value double);",
                        description = "Clients send readings, as JSON, to ws://127.0.0.1:8025/in."))
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
public final class WebSocketServerSource extends Source<State> {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketServerSource.class);

    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private Place place;
    private SiddhiAppContext app;
    private SharedResources resources;
    private ServerOptions options;
    private SourceEventListener listener;
    private @Nullable ExtensionMeters meters; // guarded by this, like all below
    private SharedServer.@Nullable Mount mount;
    private volatile @Nullable Intake intake;
    private @Nullable IdleWatch idle;
    private boolean paused;
    private boolean destroyed;

    @Override
    public @Nullable StateFactory<State> init(
            SourceEventListener listener,
            OptionHolder holder,
            String[] transportProperties,
            ConfigReader system,
            SiddhiAppContext app) {
        this.place = new Place(
                "source", "websocket-server", listener.getStreamDefinition().getId(), app.getName());
        this.app = app;
        this.resources = SharedResources.of(app);
        this.listener = listener;
        Options reading = new Options(holder, system, getClass(), place.toString());
        options = ServerOptions.read(reading, system);
        CommonOptions.refuseTransportProperties(reading, transportProperties);
        reading.verify();
        return null;
    }

    @Override
    public synchronized void connect(ConnectionCallback callback, State state) {
        if (mount != null || destroyed) {
            return;
        }
        ExtensionMeters counting = meters == null ? openMeters() : meters;
        meters = counting;
        Intake opened =
                new Intake(place, listener, resources.host().open(app, place.stream(), Intake.NO_POSITION), counting);
        if (paused) {
            opened.pause();
        }
        IdleWatch watch = new IdleWatch(resources.vertx(), options.idleTimeout());
        idle = watch;
        intake = opened; // before the first handshake can arrive
        try {
            mount = SharedServer.mount(
                    resources, options, place, handshake -> accept(handshake, new Client(opened, watch)));
            opened.start();
        } finally {
            if (mount == null) {
                intake = null;
                watch.close();
            }
        }
    }

    @Override
    public void disconnect() {
        Intake closing;
        synchronized (this) {
            if (mount == null) {
                return;
            }
            mount.leave();
            clients.forEach(Client::close);
            closing = intake;
            intake = null;
            if (idle != null) {
                idle.close();
            }
            mount.close();
            mount = null;
        }
        if (closing != null) {
            closing.close(); // without the lock: the app may take its time
        }
    }

    @Override
    public synchronized void destroy() {
        destroyed = true;
        if (meters != null) {
            meters.close();
            meters = null;
        }
    }

    @Override
    public void pause() {
        Intake pausing;
        synchronized (this) {
            paused = true;
            pausing = intake;
        }
        if (pausing != null) {
            pausing.pause();
        }
    }

    @Override
    public synchronized void resume() {
        paused = false;
        if (intake != null) {
            intake.resume();
        }
    }

    /** The port that clients connect to, also where the option says 0; 0 while not connected. */
    public synchronized int port() {
        return mount == null ? 0 : mount.port();
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return Payloads.classes();
    }

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return new ServiceDeploymentInfo(options.port(), options.keystore() != null);
    }

    private ExtensionMeters openMeters() {
        ExtensionMeters opened = ExtensionMeters.source(resources, place.app(), place.stream(), place.type());
        opened.gauge("connections", clients::size);
        opened.gauge("queue.events", () -> {
            Intake current = intake;
            return current == null ? 0 : current.waiting();
        });
        return opened;
    }

    private void accept(Handshake handshake, Client client) {
        handshake
                .accept(options.agreed(handshake.offeredProtocols()), WebSocketLimits.defaults(), client)
                .onFailure(gone -> place.log(LOG, Level.DEBUG).log("client left during the handshake"));
    }

    /** One connection, delivering into the intake that was there when it came. */
    private final class Client implements SessionListener, Intake.Peer {
        private final Intake into;
        private final IdleWatch watch;
        private volatile @Nullable WebSocketSession session;

        private Client(Intake into, IdleWatch watch) {
            this.into = into;
            this.watch = watch;
        }

        @Override
        public void opened(WebSocketSession opened) {
            session = opened;
            watch.heard(opened);
            clients.add(this);
            if (intake != into) {
                close(); // disconnected while the handshake was under way
            }
        }

        @Override
        public void text(WebSocketSession from, String message) {
            watch.heard(from);
            into.offer(this, message, message.length());
        }

        @Override
        public void binary(WebSocketSession from, byte[] message) {
            watch.heard(from);
            into.offer(this, message, message.length);
        }

        @Override
        public void closed(WebSocketSession gone, int code, String reason) {
            clients.remove(this);
            watch.ignore(gone);
            into.forget(this);
        }

        @Override
        public void pause() {
            WebSocketSession open = session;
            if (open != null) {
                watch.ignore(open);
                open.pause();
            }
        }

        @Override
        public void resume() {
            WebSocketSession open = session;
            if (open != null) {
                watch.heard(open);
                open.resume();
            }
        }

        private void close() {
            WebSocketSession open = session;
            if (open != null) {
                open.close(CloseCode.GOING_AWAY, "");
            }
        }
    }
}

package io.sluice.siddhi.websocket;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.ConnectionUnavailableException;
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
import org.jspecify.annotations.Nullable;

/**
 * Takes events from a WebSocket server that it connects to.
 *
 * <ol>
 *   <li>A text message becomes a {@code String}, a binary message a {@code byte[]}, in order. What the server pushes while there is no connection is
 *       not seen.
 *   <li>Until the first connection succeeds Siddhi tries again, after 5 s and then ever more rarely; a connection that is lost later comes back by
 *       itself (see {@link ClientConnection}).
 *   <li>While the app is busy the server is not read (see {@link Intake}); nothing that was read is dropped.
 * </ol>
 */
@Extension(
        name = "websocket",
        namespace = "source",
        description = "Takes events from a WebSocket server that it connects to.",
        parameters = {
            @Parameter(name = "url", description = "Address, ws://… or wss://….", type = DataType.STRING),
            @Parameter(
                    name = "sub.protocol",
                    description = "Comma-separated subprotocols to ask for, best first.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "headers",
                    description = "Headers of the handshake: 'name1:value1','name2:value2'.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "idle.timeout",
                    description = "Milliseconds without a message after which to connect afresh; -1 waits forever.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "-1"),
            @Parameter(
                    name = "truststore.path",
                    description = "PKCS12 or JKS file with the certificates to trust over wss.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "the trust store of the JDK"),
            @Parameter(
                    name = "truststore.password",
                    description = "Password of the trust store.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null")
        },
        examples =
                @Example(
                        syntax = "@source(type='websocket', url='wss://feed.example.org/prices', @map(type='json'))\n"
                                + "define stream Prices (symbol string, price double);",
                        description = "Every message of the feed, JSON, becomes an event."))
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
public final class WebSocketSource extends Source<State> {

    private Place place;
    private SiddhiAppContext app;
    private SharedResources resources;
    private ClientOptions options;
    private SourceEventListener listener;
    private @Nullable ExtensionMeters meters; // guarded by this, like all below
    private volatile @Nullable Intake intake;
    private volatile @Nullable ClientConnection connection;
    private boolean paused;
    private boolean destroyed;

    @Override
    public @Nullable StateFactory<State> init(
            SourceEventListener listener,
            OptionHolder holder,
            String[] transportProperties,
            ConfigReader system,
            SiddhiAppContext app) {
        this.place =
                new Place("source", "websocket", listener.getStreamDefinition().getId(), app.getName());
        this.app = app;
        this.resources = SharedResources.of(app);
        this.listener = listener;
        Options reading = new Options(holder, system, getClass(), place.toString());
        options = ClientOptions.read(reading, system);
        CommonOptions.refuseTransportProperties(reading, transportProperties);
        reading.verify();
        return null;
    }

    @Override
    public void connect(ConnectionCallback callback, State state) throws ConnectionUnavailableException {
        ClientConnection opening = prepare();
        if (opening != null) {
            opening.open(); // without the lock, so that a shutdown need not wait for it
        }
    }

    /** Null where there is nothing to do: a retry that Siddhi had planned may still come after the shutdown. */
    private synchronized @Nullable ClientConnection prepare() throws ConnectionUnavailableException {
        if (destroyed || connection != null) {
            return null;
        }
        ExtensionMeters counting = meters == null ? openMeters() : meters;
        meters = counting;
        Intake opened =
                new Intake(place, listener, resources.host().open(app, place.stream(), Intake.NO_POSITION), counting);
        ClientConnection made = ClientConnection.of(resources, options, place, new Delivery(opened, counting));
        if (paused) {
            opened.pause();
        }
        opened.start();
        intake = opened;
        connection = made;
        return made;
    }

    @Override
    public void disconnect() {
        ClientConnection closing;
        Intake draining;
        synchronized (this) {
            closing = connection;
            connection = null;
            draining = intake;
            intake = null;
        }
        if (closing != null) {
            closing.close();
        }
        if (draining != null) {
            draining.close();
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

    @Override
    public Class<?>[] getOutputEventClasses() {
        return Payloads.classes();
    }

    @Override
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }

    private ExtensionMeters openMeters() {
        ExtensionMeters opened = ExtensionMeters.source(resources, place.app(), place.stream(), place.type());
        opened.gauge("connected", () -> {
            ClientConnection current = connection;
            return current != null && current.isOpen() ? 1 : 0;
        });
        opened.gauge("queue.events", () -> {
            Intake current = intake;
            return current == null ? 0 : current.waiting();
        });
        return opened;
    }

    private record Delivery(Intake intake, ExtensionMeters meters) implements ClientConnection.Listener {
        @Override
        public void message(Intake.Peer from, Object payload, int bytes) {
            intake.offer(from, payload, bytes);
        }

        @Override
        public void lost(Intake.Peer peer) {
            meters.error();
            intake.forget(peer);
        }

        @Override
        public void healed() {
            // the messages tell
        }
    }
}

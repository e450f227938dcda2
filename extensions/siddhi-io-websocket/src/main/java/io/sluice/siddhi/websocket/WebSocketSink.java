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
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sends every event to a WebSocket server that it connects to.
 *
 * <ol>
 *   <li>{@code publish} returns when the kernel has the message, so a slow server slows the app. A message that could not be sent is never dropped in
 *       silence: it goes the way of {@code on.error}.
 *   <li>A lost connection comes back by itself (see {@link ClientConnection}); Siddhi is told at once, so that events flow again.
 *   <li>What the server sends is read and ignored.
 * </ol>
 */
@Extension(
        name = "websocket",
        namespace = "sink",
        description = "Sends every event to a WebSocket server that it connects to.",
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
                    description =
                            "Milliseconds without a message either way after which to connect afresh; -1 waits forever.",
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
                        syntax = "@sink(type='websocket', url='ws://127.0.0.1:9000/alerts', on.error='wait',\n"
                                + "    @map(type='json'))\n"
                                + "define stream Alerts (id string, text string);",
                        description = "Every alert goes, as JSON, to the server; while it is away the app waits."))
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
public final class WebSocketSink extends Sink<State> {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketSink.class);

    private Place place;
    private SiddhiAppContext app;
    private SharedResources resources;
    private ClientOptions options;
    private volatile @Nullable ExtensionMeters meters; // written under this, like all below
    private volatile @Nullable ClientConnection connection;
    private boolean destroyed;

    @Override
    protected @Nullable StateFactory<State> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        this.place = new Place("sink", "websocket", stream.getId(), app.getName());
        this.app = app;
        this.resources = SharedResources.of(app);
        Options reading = new Options(holder, system, getClass(), place.toString());
        options = ClientOptions.read(reading, system);
        reading.verify();
        return null;
    }

    @Override
    public void connect() throws ConnectionUnavailableException {
        ClientConnection opening = prepare();
        if (opening != null) {
            opening.open(); // without the lock, so that a shutdown need not wait for it
        }
    }

    /** Null where there is nothing to do: a retry that Siddhi had planned may still come after the shutdown. */
    private synchronized @Nullable ClientConnection prepare() throws ConnectionUnavailableException {
        if (destroyed) {
            return null;
        }
        ExtensionMeters counting = meters == null ? openMeters() : meters;
        meters = counting;
        ClientConnection present = connection;
        if (present == null) {
            present = ClientConnection.of(resources, options, place, new Recovery(counting));
            connection = present;
        }
        return present;
    }

    @Override
    public void publish(Object payload, DynamicOptions dynamicOptions, State state)
            throws ConnectionUnavailableException {
        ClientConnection to = connection;
        ExtensionMeters counting = meters;
        if (to == null || counting == null) {
            throw new ConnectionUnavailableException(place + " is not connected");
        }
        Object message = payload instanceof String ? payload : Payloads.bytes(payload);
        try {
            to.send(message);
        } catch (ConnectionUnavailableException failed) {
            counting.error();
            throw failed;
        }
        counting.count(1);
    }

    @Override
    public void disconnect() {
        ClientConnection closing;
        synchronized (this) {
            closing = connection;
            connection = null;
        }
        if (closing != null) {
            closing.close();
        }
    }

    @Override
    public void destroy() {
        ExtensionMeters closing;
        synchronized (this) {
            destroyed = true;
            closing = meters;
            meters = null;
        }
        disconnect(); // once more: an event in flight during the shutdown makes Siddhi connect again
        if (closing != null) {
            closing.close();
        }
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
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }

    private ExtensionMeters openMeters() {
        ExtensionMeters opened = ExtensionMeters.sink(resources, place.app(), place.stream(), place.type());
        opened.gauge("connected", () -> {
            ClientConnection current = connection;
            return current != null && current.isOpen() ? 1 : 0;
        });
        return opened;
    }

    /** Siddhi's own retry would notice the connection only at its next turn, up to five minutes later. */
    private void tellSiddhi() {
        if (!isConnected()) {
            isTryingToConnect.set(false);
            connectWithRetry();
        }
    }

    private final class Recovery implements ClientConnection.Listener {
        private final ExtensionMeters counting;

        private Recovery(ExtensionMeters counting) {
            this.counting = counting;
        }

        @Override
        public void message(Intake.Peer from, Object payload, int bytes) {
            // a sink only sends
        }

        @Override
        public void lost(Intake.Peer peer) {
            counting.error();
        }

        @Override
        public void healed() {
            try {
                app.getExecutorService().execute(WebSocketSink.this::tellSiddhi); // may block, so not on the event loop
            } catch (RejectedExecutionException stopped) {
                place.log(LOG, Level.DEBUG).log("connection came back while the app was stopping");
            }
        }
    }
}

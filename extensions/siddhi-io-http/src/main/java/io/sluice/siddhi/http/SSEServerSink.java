package io.sluice.siddhi.http;

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
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends every event to all clients that have subscribed with a GET or POST, as {@code text/event-stream}; see {@link Audience}. */
@Extension(
        name = "sse-server",
        namespace = "sink",
        description = "Sends every event to all subscribed clients as server-sent event.",
        parameters = {
            @Parameter(
                    name = "server.url",
                    description = "Address to listen on, http://host:port/path or https://…; port 0 takes a free one.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "http://127.0.0.1:8280/<app>/<stream>"),
            @Parameter(
                    name = "headers",
                    description = "Headers of the answers: 'name1:value1','name2:value2'.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "replay.size",
                    description = "Events kept for clients that come back with Last-Event-ID.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "256"),
            @Parameter(
                    name = "queue.bytes",
                    description = "Bytes that may wait for one client; a slower one is disconnected.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1048576"),
            @Parameter(
                    name = "max.subscribers",
                    description = "Clients at a time; further ones get 503.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "10000"),
            @Parameter(
                    name = "heartbeat.interval",
                    description = "Milliseconds between comments that keep idle connections open.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "15000"),
            @Parameter(
                    name = "basic.auth.enabled",
                    description = "Whether clients must send basic credentials.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "basic.auth.users",
                    description = "Who may subscribe, as for the http source.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "https.keystore.file",
                    description = "PKCS12 or JKS file with the key for https.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "keyStoreLocation of the configuration"),
            @Parameter(
                    name = "https.keystore.password",
                    description = "Password of the keystore and of its key.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "keyStorePassword of the configuration"),
            @Parameter(
                    name = "https.truststore.file",
                    description = "PKCS12 or JKS file with the client certificates to accept.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "trustStoreLocation of the configuration"),
            @Parameter(
                    name = "https.truststore.password",
                    description = "Password of the trust store.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "trustStorePassword of the configuration"),
            @Parameter(
                    name = "ssl.configurations",
                    description = "As for the http source.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "worker.count",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1"),
            @Parameter(
                    name = "client.bootstrap.configurations",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null")
        },
        examples =
                @Example(
                        syntax =
                                "@sink(type='sse-server', server.url='http://127.0.0.1:8280/alerts', @map(type='json'))\n"
                                        + "define stream Alerts (id string, text string);",
                        description = "Browsers get every alert with new EventSource('http://127.0.0.1:8280/alerts')."))
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
public final class SSEServerSink extends Sink<State> {

    private Place place;
    private SharedResources resources;
    private Listen listen;
    private @Nullable BasicAuth users;
    private Audience.Manner manner;
    private volatile @Nullable ExtensionMeters meters; // written under this, like all below
    private volatile @Nullable Audience audience;
    private SharedServer.@Nullable Mount mount;
    private boolean destroyed;

    /** For Siddhi. */
    public SSEServerSink() {}

    @Override
    protected @Nullable StateFactory<State> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        place = new Place("sink", "sse-server", stream.getId(), app.getName());
        resources = SharedResources.of(app);
        Options reading = new Options(holder, system, getClass(), place.toString());
        listen = Listen.read(reading, system, place, "server.url");
        users = ReceiverOptions.users(reading, system);
        Map<String, String> headers = Settings.read(reading, "headers");
        manner = new Audience.Manner(
                headers,
                (int) reading.number("replay.size", 256, 0, 1_000_000),
                reading.number("queue.bytes", 1 << 20, 1, Integer.MAX_VALUE),
                (int) reading.number("max.subscribers", 10_000, 1, 1_000_000),
                reading.number("heartbeat.interval", 15_000, 1, 3_600_000));
        reading.verify();
        return null;
    }

    @Override
    public synchronized void connect() {
        if (mount != null || destroyed) {
            return;
        }
        ExtensionMeters counting = ExtensionMeters.sink(resources, place.app(), place.stream(), place.type());
        Audience opened = new Audience(resources.vertx(), manner, counting);
        counting.gauge("connections", opened::size);
        try {
            mount = SharedServer.mount(resources, listen, place, request -> subscribe(opened, request));
            audience = opened;
            meters = counting;
        } finally {
            if (mount == null) {
                opened.close();
                counting.close();
            }
        }
    }

    @Override
    public void publish(Object payload, DynamicOptions event, State state) throws ConnectionUnavailableException {
        Audience open = audience;
        ExtensionMeters counting = meters;
        if (open == null || counting == null) {
            throw new ConnectionUnavailableException(place + " is not connected");
        }
        open.send(String.valueOf(payload));
        counting.count(1);
    }

    @Override
    public synchronized void disconnect() {
        if (mount != null) {
            mount.leave();
        }
        if (audience != null) {
            audience.close();
            audience = null;
        }
        if (mount != null) {
            mount.close();
            mount = null;
        }
        if (meters != null) {
            meters.close();
            meters = null;
        }
    }

    @Override
    public synchronized void destroy() {
        destroyed = true;
        disconnect();
    }

    /** The port that clients connect to, also where the option says 0; 0 while not connected. */
    public synchronized int port() {
        return mount == null ? 0 : mount.port();
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return new ServiceDeploymentInfo(listen.port(), listen.tls() != null);
    }

    private void subscribe(Audience to, HttpServerRequest request) {
        if (users != null && !users.admits(request.getHeader("Authorization"))) {
            Problem.of(
                            401,
                            "HTTP-401",
                            "Not authenticated",
                            "The credentials are missing or wrong.",
                            "Send basic credentials of a user of this sink.")
                    .with("WWW-Authenticate", BasicAuth.CHALLENGE)
                    .refuse(request, resources.vertx());
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.POST)) {
            Problem.of(400, "HTTP-405", "Wrong method", "A stream of events is asked for with GET.", "Send a GET.")
                    .with("Allow", "GET, POST")
                    .refuse(request, resources.vertx());
        } else {
            to.add(request);
        }
    }
}

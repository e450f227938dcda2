package io.sluice.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.LocalAddress;
import io.sluice.common.Service;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway as a service: reads the API folder, opens the port on as many event loops as there are cores, serves the good APIs and connects to their
 * upstreams.
 *
 * <ol>
 *   <li>A bad API file is a warning in the log and a health check that is down; the others are served.
 *   <li>An upstream that is down does not keep the gateway from starting; its health check is down until it is connected.
 *   <li>{@link #close()} refuses new handshakes, closes every client with 1001, waits at most {@link #DRAIN} for them and takes the port back.
 * </ol>
 */
public final class Gateway implements Service {

    /** How long clients have to answer the Close frame at shutdown; the connection module cuts after two seconds. */
    static final Duration DRAIN = Duration.ofSeconds(3);

    /** How much longer a connection may be idle, so that the 503 of a late token check comes before. */
    private static final Duration AFTER_HANDSHAKE = Duration.ofSeconds(5);

    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_HEADER_BYTES = 16 * 1024; // a token may have 8,192 characters
    private static final int MAX_REQUEST_LINE_BYTES = 4 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final GatewayConfig config;
    private final Path apisFolder;
    private final Vertx vertx;
    private final GatewayMeters meters;
    private final HealthChecks health;
    private final Clock clock;
    private final Trust.Source trustSource;
    private final ConnectionLimits connections;
    private final AtomicReference<FrontDoor.@Nullable Site> site = new AtomicReference<>();

    private volatile Map<String, StreamHub> hubs =
            Map.of(); // by path; this and below: written by start() and close() only
    private final List<Future<String>> deployments = new ArrayList<>();
    private final List<String> checks = new ArrayList<>();
    private @Nullable Trust trust;
    private volatile int port;

    /**
     * Opens nothing yet.
     *
     * @param home the state folder; the built-in authorization server keeps its keys and secrets there
     * @param health gets one check per API and one per bad API file
     */
    public Gateway(GatewayConfig config, Path home, Vertx vertx, MeterRegistry meters, HealthChecks health) {
        this(config, vertx, meters, health, Trust.configured(config, home, vertx, meters, Clock.systemUTC()));
    }

    Gateway(GatewayConfig config, Vertx vertx, MeterRegistry meters, HealthChecks health, Trust.Source trustSource) {
        this.config = config;
        this.apisFolder = Objects.requireNonNullElse(config.apis(), Path.of("apis"));
        this.vertx = vertx;
        this.meters = new GatewayMeters(meters);
        this.health = health;
        this.clock = Clock.systemUTC();
        this.trustSource = trustSource;
        this.connections = new ConnectionLimits(
                config.limits().maxConnections(), config.limits().maxConnectionsPerClient());
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public void start() throws Exception {
        try {
            open();
        } catch (Exception failed) {
            close();
            throw failed;
        }
    }

    private void open() throws Exception {
        ApiFolder folder = ApiFolder.read(apisFolder, System.getenv());
        report(folder);
        Map<String, StreamHub> byPath = new TreeMap<>();
        for (ApiFile api : folder.apis().values()) {
            int maxEvent = (int) config.limits().maxEvent().bytes();
            byPath.put(api.path(), new StreamHub(api, maxEvent, meters, clock));
        }
        hubs = Collections.unmodifiableMap(byPath);
        listen();
        Set<String> scopes = folder.apis().values().stream()
                .flatMap(api -> api.scopes().stream())
                .collect(Collectors.toUnmodifiableSet());
        Trust opened = trustSource.open(address().toString(), scopes);
        trust = opened;
        Admission admission = new Admission(vertx, opened.verifier(), connections, config.limits(), meters, clock);
        for (StreamHub hub : hubs.values()) {
            deploy(hub.start(vertx));
            watch(hub);
        }
        site.set(new FrontDoor.Site(Map.copyOf(byPath), admission, opened.authorizationServer()));
        LOG.atInfo()
                .addKeyValue("port", port)
                .addKeyValue("apis", hubs.keySet())
                .log("gateway listens");
    }

    /** The port that is bound; valid after {@link #start()}. */
    public int port() {
        return port;
    }

    /** Where a client on this machine reaches the gateway, for example {@code http://127.0.0.1:8080}; valid after {@link #start()}. */
    public URI address() {
        return origin("http");
    }

    /** What is served, by path; valid after {@link #start()}. */
    public List<ServedApi> apis() {
        return hubs.values().stream().map(StreamHub::api).map(this::served).toList();
    }

    private ServedApi served(ApiFile api) {
        URI url = origin("ws").resolve(api.path());
        return new ServedApi(api.name(), api.version(), api.path(), api.scopes(), api.open(), url);
    }

    private void report(ApiFolder folder) {
        folder.problems().forEach((file, problems) -> {
            problems.forEach(
                    problem -> LOG.atWarn().addKeyValue("error", problem).log("API file is not served"));
            check("api file " + file.getFileName(), () -> new HealthChecks.State(false, String.join("; ", problems)));
        });
        if (folder.apis().isEmpty()) {
            LOG.atWarn().addKeyValue("folder", apisFolder).log("no API to serve");
        }
    }

    private void watch(StreamHub hub) {
        check("api " + hub.api().name(), () -> {
            Upstream.Status upstream = hub.upstream();
            return new HealthChecks.State(upstream.connected(), upstream.detail() + " since " + upstream.since());
        });
    }

    private void check(String name, Supplier<HealthChecks.State> state) {
        health.register(name, state);
        checks.add(name);
    }

    /**
     * With port 0 a negative number makes the instances share one free port; other gateways of this Vert.x have another number. With a port given, it
     * must be free first: Vert.x would let two services of one process share it without a word.
     */
    private void listen() throws Exception {
        int wanted = config.port() == 0 ? -1 - (System.identityHashCode(this) & 0xFFFF) : config.port();
        try {
            if (config.port() != 0) {
                requireFree();
            }
            Duration handshakeTimeout = config.limits().handshakeTimeout();
            Duration idleTimeout = handshakeTimeout.plus(AFTER_HANDSHAKE);
            HttpServerOptions options = new HttpServerOptions()
                    .setHost(config.host())
                    .setPort(wanted)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)
                    .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                    .setIdleTimeout((int) idleTimeout.toSeconds());
            deploy(vertx.deployVerticle(
                    () -> new FrontDoor(options, handshakeTimeout, site, meters, bound -> port = bound),
                    new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors())));
        } catch (IOException refused) {
            String address = config.host() + ":" + config.port();
            throw new IOException(
                    "cannot listen on " + address + ": " + refused.getMessage() + ". " + remedy(refused), refused);
        }
    }

    /** Remembered before it is awaited, so that an interrupted start leaves nothing behind. */
    private void deploy(Future<String> deployment) throws Exception {
        deployments.add(deployment);
        await(deployment, OPEN_TIMEOUT);
    }

    private void requireFree() throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(config.host(), config.port()));
        }
    }

    private static String remedy(IOException refused) {
        return refused instanceof BindException
                        && String.valueOf(refused.getMessage()).contains("in use")
                ? "Stop what listens there, or set gateway.port to another port (0 takes any free one)."
                : "Set gateway.host and gateway.port to an address of this machine that you may use.";
    }

    private URI origin(String scheme) {
        return LocalAddress.of(scheme, config.host(), port);
    }

    @Override
    public synchronized void close() {
        site.set(null);
        hubs.values().forEach(StreamHub::close);
        try {
            if (!connections.awaitNone(DRAIN)) {
                LOG.atWarn()
                        .addKeyValue("connections", connections.open())
                        .log("clients did not leave in time, their connections are cut");
            }
            await(Future.join(deployments.stream().map(this::undeploy).toList()), CLOSE_TIMEOUT);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            LOG.atWarn().setCause(failed).log("gateway did not close cleanly");
        }
        deployments.clear();
        hubs = Map.of();
        checks.forEach(health::unregister);
        checks.clear();
        if (trust != null) {
            trust.close();
            trust = null;
        }
    }

    private Future<Void> undeploy(Future<String> deployment) {
        return deployment.transform(
                done -> done.succeeded() ? vertx.undeploy(done.result()) : Future.succeededFuture());
    }

    private static <T> T await(Future<T> future, Duration atMost) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw failed;
        } catch (TimeoutException late) {
            throw new TimeoutException("not done within " + atMost.toSeconds() + "s");
        }
    }
}

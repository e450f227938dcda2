package io.sluice.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.LocalAddress;
import io.sluice.common.PortInUse;
import io.sluice.common.Service;
import io.sluice.gateway.api.Api;
import io.sluice.gateway.api.RestApi;
import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.auth.KeySource;
import io.sluice.gateway.auth.LocalKeys;
import io.sluice.gateway.auth.Tickets;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.authorization.AuthorizationServer;
import io.sluice.gateway.rest.RestRoute;
import io.sluice.gateway.stream.StreamDoor;
import io.sluice.gateway.stream.StreamHub;
import io.sluice.gateway.stream.StreamMeters;
import io.sluice.gateway.stream.Upstream;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private final StreamMeters streamMeters;
    private final HealthChecks health;
    private final Clock clock;
    private final Trust.Source trustSource;
    private final Doorstep doorstep;
    private final ConnectionLimits connections;
    private final AtomicReference<FrontDoor.@Nullable Site> site = new AtomicReference<>();

    private volatile Map<String, StreamHub> hubs =
            Map.of(); // by path; this and below: written by start() and close() only
    private final Map<String, RestRoute> routes = new ConcurrentSkipListMap<>(); // by path
    private final List<Future<String>> deployments = new ArrayList<>();
    private final List<String> checks = new ArrayList<>();
    private volatile @Nullable Trust trust;
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
        this.streamMeters = new StreamMeters(meters);
        this.health = health;
        this.clock = Clock.systemUTC();
        this.trustSource = trustSource;
        this.doorstep = new Doorstep(
                config.limits().maxUnprovenConnections(), config.limits().maxUnprovenConnectionsPerAddress(), meters);
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
        List<RestApi> rest = new ArrayList<>();
        for (Api api : folder.apis().values()) {
            if (api instanceof StreamingApi streaming) {
                int maxEvent = (int) config.limits().maxEvent().bytes();
                byPath.put(api.path(), new StreamHub(streaming, maxEvent, streamMeters, clock));
            } else if (api instanceof RestApi restApi) {
                rest.add(restApi);
            }
        }
        hubs = Collections.unmodifiableMap(byPath);
        listen(idleTimeout(rest));
        Set<String> scopes = folder.apis().values().stream()
                .flatMap(api -> api.allScopes().stream())
                .collect(Collectors.toUnmodifiableSet());
        Trust opened = trustSource.open(base(), scopes);
        trust = opened;
        Tickets tickets = new Tickets(clock);
        TokenCheck tokens = new TokenCheck(
                opened.judges(tickets, config.limits().badTokensPerMinute(), clock),
                this::base,
                config.limits().handshakeTimeout(),
                meters);
        CredentialsReader reader = new CredentialsReader(this::base, config.trustClientCert(), doorstep);
        Map<String, Api> byApiPath =
                folder.apis().values().stream().collect(Collectors.toUnmodifiableMap(Api::path, api -> api));
        Admission admission = new Admission(opened.revocations(), tokens, connections, config.limits(), meters, clock);
        rest.forEach(api -> route(api, opened.authorizationServer()));
        for (StreamHub hub : hubs.values()) {
            deploy(hub.start(vertx));
            watch(hub);
        }
        site.set(new FrontDoor.Site(
                Map.copyOf(byPath),
                admission,
                new RestDoor(vertx, tokens, meters, routes, reader),
                reader,
                new TicketDesk(tokens, tickets, reader),
                new ResourceMetadata(this::base, opened.issuers(), () -> byApiPath),
                opened.authorizationServer()));
        LOG.atInfo()
                .addKeyValue("port", port)
                .addKeyValue("apis", hubs.keySet())
                .addKeyValue("restApis", routes.keySet())
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

    /** Judges a bare token as for its APIs, for other parts of the process; between {@link #start()} and {@link #close()}. */
    public Future<TokenVerdict> verify(String token) {
        Trust opened = trust;
        return opened == null
                ? Future.succeededFuture(new TokenVerdict.Unavailable("the gateway is starting or stopping", DRAIN))
                : opened.verifier().verify(token);
    }

    /** The address under which clients reach the gateway, without slash at the end; its own unless {@code public-url} says otherwise. */
    public String base() {
        return (config.publicUrl() == null ? address() : config.publicUrl()).toString();
    }

    /** The keys it signs statements of who calls with, whose issuer is {@link #address()}; none before {@link #start()}, nor without an authorization server. */
    public KeySource statementKeys() {
        return keyId -> {
            Trust opened = trust;
            AuthorizationServer signer = opened == null ? null : opened.authorizationServer();
            KeySource keys = signer == null
                    ? new LocalKeys(List.of())
                    : signer.trustedIssuer().keys();
            return keys.find(keyId);
        };
    }

    /**
     * Names of the REST APIs whose upstream is a server of this machine; valid after {@link #start()}.
     *
     * @param upstream its address, as {@link LocalAddress} words it
     */
    public Set<String> apisTo(URI upstream) {
        Set<String> names = new HashSet<>(List.of(upstream.getHost(), "127.0.0.1", "localhost", "[::1]"));
        return routes.values().stream()
                .map(RestRoute::api)
                .filter(api -> api.upstream().getPort() == upstream.getPort()
                        && names.contains(api.upstream().getHost()))
                .map(RestApi::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What is served, by path; valid after {@link #start()}. */
    public List<ServedApi> apis() {
        return Stream.concat(
                        hubs.values().stream().map(StreamHub::api),
                        routes.values().stream().map(RestRoute::api))
                .map(this::served)
                .toList();
    }

    private ServedApi served(Api api) {
        URI url = origin(api instanceof RestApi ? "http" : "ws").resolve(api.path());
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

    /** An API that cannot be made to work is as bad as a bad file: told, and no harm to the others. */
    private void route(RestApi api, @Nullable AuthorizationServer signer) {
        if (api.identityHeader() != null && signer == null) {
            String problem =
                    "API '" + api.name() + "' has an identity-header, which the built-in authorization server signs,"
                            + " but that is off. Set gateway.authorization-server.enabled, or remove the header.";
            LOG.atWarn().addKeyValue("error", problem).log("API is not served");
            check("api " + api.name(), () -> new HealthChecks.State(false, problem));
            return;
        }
        RestRoute route = new RestRoute(api, vertx, meters.registry(), clock, signer);
        routes.put(api.path(), route);
        check("api " + api.name(), route::state);
    }

    /** Long enough for the REST API that waits longest for its upstream. */
    private Duration idleTimeout(List<RestApi> rest) {
        Duration longest = config.limits().handshakeTimeout();
        if (!hubs.isEmpty() && StreamDoor.longestWait().compareTo(longest) > 0) {
            longest = StreamDoor.longestWait();
        }
        for (RestApi api : rest) {
            Duration wait = api.timeouts().firstByte();
            longest = wait.compareTo(longest) > 0 ? wait : longest;
        }
        return longest.plus(AFTER_HANDSHAKE);
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
    private void listen(Duration idleTimeout) throws Exception {
        int wanted = config.port() == 0 ? -1 - (System.identityHashCode(this) & 0xFFFF) : config.port();
        try {
            if (config.port() != 0) {
                requireFree();
            }
            Duration handshakeTimeout = config.limits().handshakeTimeout();
            HttpServerOptions options = new HttpServerOptions()
                    .setHost(config.host())
                    .setPort(wanted)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)
                    .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                    .setIdleTimeout((int) idleTimeout.toSeconds());
            deploy(vertx.deployVerticle(
                    () -> new FrontDoor(options, handshakeTimeout, site, meters, doorstep, bound -> port = bound),
                    new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors())));
        } catch (IOException refused) {
            throw PortInUse.explain(config.host(), config.port(), "gateway.port", refused);
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
            await(
                    Future.join(routes.values().stream()
                            .map(route -> route.close(DRAIN))
                            .toList()),
                    CLOSE_TIMEOUT);
            routes.clear();
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
        Trust opened = trust;
        if (opened != null) {
            opened.close();
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

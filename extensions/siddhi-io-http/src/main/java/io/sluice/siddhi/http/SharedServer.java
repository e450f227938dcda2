package io.sluice.siddhi.http;

import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.sluice.siddhi.kit.Blocking;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.PortProbe;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.StoreFile;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The HTTP server at one address, shared by the sources and sinks of every kind and app of the Siddhi manager that name the address, told apart by
 * path. Speaks HTTP/1.1 and HTTP/2 (with and without TLS) and unpacks gzip and deflate bodies. It accepts on every core.
 *
 * <p>TLS must be the same for all who share the address; idle time and socket settings are those of the first.
 */
final class SharedServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedServer.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_HEADERS = 16 << 10;

    private final Vertx vertx;
    private final Listen opened;
    private final String address;
    private final Map<String, Route> routes = new ConcurrentHashMap<>();
    private volatile int port;
    private String deployment = "";

    private record Route(Place owner, Handler<HttpServerRequest> endpoint) {}

    /** A place on a shared server; closing it frees the path, and the port with the last one. */
    static final class Mount implements AutoCloseable {
        private final SharedResources.Lease<SharedServer> lease;
        private final String path;

        private Mount(SharedResources.Lease<SharedServer> lease, String path) {
            this.lease = lease;
            this.path = path;
        }

        /** The real port, also where the option says 0. */
        int port() {
            return lease.get().port;
        }

        /** Takes no more requests; call {@link #close} next. */
        void leave() {
            lease.get().routes.remove(path);
        }

        @Override
        public void close() {
            leave();
            lease.close();
        }
    }

    /**
     * Joins the server at the address, or opens it.
     *
     * @param endpoint gets every request for the path, on an event loop
     * @throws SiddhiAppRuntimeException if the address cannot be listened on, is open with another key, or has an owner for the path already. Siddhi
     *     ends the start of the app with it: another process on the port is no passing trouble, and must be seen at once
     */
    static Mount mount(SharedResources resources, Listen listen, Place owner, Handler<HttpServerRequest> endpoint) {
        String key = "http-server:" + listen.host() + ":" + listen.port();
        var lease = resources.lease(
                listen.port() == 0 ? key + "/" + owner.app() : key,
                SharedServer.class,
                () -> open(resources.vertx(), listen, owner));
        try {
            return lease.get().add(lease, listen, new Route(owner, endpoint));
        } catch (RuntimeException refused) {
            lease.close();
            throw refused;
        }
    }

    private SharedServer(Vertx vertx, Listen listen) {
        this.vertx = vertx;
        this.opened = listen;
        this.address = listen.host() + ":" + listen.port();
    }

    private static SharedServer open(Vertx vertx, Listen listen, Place owner) {
        SharedServer server = new SharedServer(vertx, listen);
        try {
            server.listen();
        } catch (IOException | StoreFile.Unusable trouble) {
            throw new SiddhiAppRuntimeException(
                    owner + " cannot listen on " + server.address + ": " + trouble.getMessage() + advice(trouble),
                    trouble);
        }
        LOG.atInfo()
                .addKeyValue("host", listen.host())
                .addKeyValue("port", server.port)
                .addKeyValue("tls", listen.tls() != null)
                .log("http server listens");
        return server;
    }

    private static String advice(Exception trouble) {
        return PortProbe.isInUse(trouble)
                ? ". Stop the program that holds the port, or choose another one in the address"
                : ". Check host and port of the address";
    }

    private void listen() throws IOException, StoreFile.Unusable {
        HttpServerOptions settings = settings();
        if (opened.port() > 0) {
            // two servers of one Vert.x share an address in silence, and it would deal the connections to both
            PortProbe.awaitFree(opened.host(), opened.port());
        }
        // a negative port is Vert.x's way to let several loops share one random port; the number only names the group
        int bind =
                opened.port() > 0 ? opened.port() : -ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        deployment = Blocking.get(
                vertx.deployVerticle(
                        () -> new Loop(settings, bind),
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors())),
                LIMIT);
    }

    private HttpServerOptions settings() throws StoreFile.Unusable {
        HttpServerOptions settings = new HttpServerOptions()
                .setHost(opened.host())
                .setIdleTimeout((int) opened.idle().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHandle100ContinueAutomatically(true)
                .setDecompressionSupported(true)
                .setMaxHeaderSize(MAX_HEADERS);
        Map<String, String> socket = opened.socket();
        if (socket.containsKey(Listen.NO_DELAY)) {
            settings.setTcpNoDelay(Boolean.parseBoolean(socket.get(Listen.NO_DELAY)));
        }
        if (socket.containsKey(Listen.KEEP_ALIVE)) {
            settings.setTcpKeepAlive(Boolean.parseBoolean(socket.get(Listen.KEEP_ALIVE)));
        }
        if (socket.containsKey(Listen.SEND_BUFFER)) {
            settings.setSendBufferSize(Integer.parseInt(socket.get(Listen.SEND_BUFFER)));
        }
        if (socket.containsKey(Listen.RECEIVE_BUFFER)) {
            settings.setReceiveBufferSize(Integer.parseInt(socket.get(Listen.RECEIVE_BUFFER)));
        }
        if (socket.containsKey(Listen.BACKLOG)) {
            settings.setAcceptBacklog(Integer.parseInt(socket.get(Listen.BACKLOG)));
        }
        if (opened.tls() != null) {
            opened.tls().applyTo(settings);
        }
        return settings;
    }

    private synchronized Mount add(SharedResources.Lease<SharedServer> lease, Listen listen, Route route) {
        if (!Objects.equals(opened.tls(), listen.tls())) {
            throw new SiddhiAppRuntimeException(route.owner() + " wants " + address + tls(listen) + ", but it is open"
                    + tls(opened) + " for " + owners() + ": give all the same TLS settings, or another port");
        }
        Route present = routes.putIfAbsent(listen.path(), route);
        if (present != null) {
            throw new SiddhiAppRuntimeException(route.owner() + " wants path '" + listen.path() + "' of " + address
                    + ", but " + present.owner() + " has it already: give each its own path, or another port");
        }
        if (!opened.idle().equals(listen.idle()) || !opened.socket().equals(listen.socket())) {
            route.owner()
                    .log(LOG, Level.WARN)
                    .addKeyValue("address", address)
                    .log("the port is open already; its idle time and socket settings stay as they are");
        }
        return new Mount(lease, listen.path());
    }

    private static String tls(Listen listen) {
        return listen.tls() == null ? " without TLS" : " with " + listen.tls();
    }

    private String owners() {
        return String.join(
                ", ",
                routes.values().stream()
                        .map(route -> route.owner().toString())
                        .sorted()
                        .toList());
    }

    private void route(HttpServerRequest request) {
        Route route = routes.get(String.valueOf(request.path()));
        if (route == null) {
            Problem.of(
                            404,
                            "HTTP-404",
                            "Not found",
                            "No source or sink listens under this path.",
                            "Check the path; it must be exactly that of the app.")
                    .refuse(request, vertx);
        } else {
            route.endpoint().handle(request);
        }
    }

    /** Stops listening and ends what is still connected; the port is free again when this returns. */
    @Override
    public void close() {
        try {
            Blocking.get(vertx.undeploy(deployment), LIMIT);
            PortProbe.awaitFree(opened.host(), opened.port());
            LOG.atInfo().addKeyValue("address", address).log("http server closed");
        } catch (IOException trouble) {
            LOG.atWarn()
                    .addKeyValue("address", address)
                    .addKeyValue("error", trouble.getMessage())
                    .log("http server did not close cleanly");
        }
    }

    /** The share of one event loop in the server. */
    private final class Loop extends VerticleBase {
        private final HttpServerOptions settings;
        private final int bind;

        private Loop(HttpServerOptions settings, int bind) {
            this.settings = settings;
            this.bind = bind;
        }

        @Override
        public Future<HttpServer> start() {
            return vertx.createHttpServer(settings)
                    .requestHandler(SharedServer.this::route)
                    .listen(bind, settings.getHost())
                    .onSuccess(open -> port = open.actualPort());
        }
    }
}

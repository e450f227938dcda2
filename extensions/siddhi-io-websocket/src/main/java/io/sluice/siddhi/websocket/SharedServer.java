package io.sluice.siddhi.websocket;

import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.sluice.siddhi.kit.Blocking;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.PortProbe;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.StoreFile;
import io.sluice.websocket.Handshake;
import io.sluice.websocket.WebSocketUpgrade;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server at one address, shared by every source and sink of the Siddhi manager that names the address and told apart by path. It accepts on
 * every core. Requests that are no WebSocket handshake get 426, unknown paths 404.
 */
final class SharedServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedServer.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int SECONDS_FOR_A_REQUEST = 30;
    private static final String ANY_PATH = "";

    private final Vertx vertx;
    private final String host;
    private final String address;
    private final @Nullable StoreFile keystore;
    private final Map<String, Route> routes = new ConcurrentHashMap<>();
    private volatile int port;
    private String deployment = "";

    private record Route(Place owner, Consumer<Handshake> endpoint) {}

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

        /** Takes no more handshakes; call {@link #close} next. */
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
     * @param endpoint gets every valid handshake for the path, on an event loop
     * @throws SiddhiAppRuntimeException if the address cannot be listened on, is open with another key, or has an owner for the path already. Siddhi
     *     ends the start of the app with it: another process on the port is no passing trouble, and must be seen at once
     */
    static Mount mount(SharedResources resources, ServerOptions options, Place owner, Consumer<Handshake> endpoint) {
        String key = "websocket-server:" + options.host() + ":" + options.port();
        var lease = resources.lease(
                options.port() == 0 ? key + "/" + owner.app() : key,
                SharedServer.class,
                () -> open(resources.vertx(), options, owner));
        try {
            return lease.get().add(lease, options, new Route(owner, endpoint));
        } catch (RuntimeException refused) {
            lease.close();
            throw refused;
        }
    }

    private SharedServer(Vertx vertx, ServerOptions options) {
        this.vertx = vertx;
        this.host = options.host();
        this.address = host + ":" + options.port();
        this.keystore = options.keystore();
    }

    private static SharedServer open(Vertx vertx, ServerOptions options, Place owner) {
        SharedServer server = new SharedServer(vertx, options);
        try {
            server.listen(options);
        } catch (IOException | StoreFile.Unusable trouble) {
            throw new SiddhiAppRuntimeException(
                    owner + " cannot listen on " + server.address + ": " + trouble.getMessage() + advice(trouble),
                    trouble);
        }
        LOG.atInfo()
                .addKeyValue("host", options.host())
                .addKeyValue("port", server.port)
                .addKeyValue("tls", options.keystore() != null)
                .log("websocket server listens");
        return server;
    }

    private static String advice(Exception trouble) {
        return PortProbe.isInUse(trouble)
                ? ". Stop the program that holds the port, or choose another one with option 'port'"
                : ". Check the options 'host' and 'port'";
    }

    private void listen(ServerOptions options) throws IOException, StoreFile.Unusable {
        HttpServerOptions settings = WebSocketUpgrade.prepare(new HttpServerOptions())
                .setHost(options.host())
                .setUseAlpn(false) // HTTP/2 has no upgrade
                .setIdleTimeout(SECONDS_FOR_A_REQUEST);
        if (options.keystore() != null) {
            settings.setSsl(true).setKeyCertOptions(options.keystore().keys());
        }
        if (options.port() > 0) {
            // two servers of one Vert.x share an address in silence, and it would deal the connections to both
            PortProbe.awaitFree(options.host(), options.port());
        }
        // a negative port is Vert.x's way to let several loops share one random port; the number only names the group
        int bind = options.port() > 0
                ? options.port()
                : -ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        deployment = Blocking.get(
                vertx.deployVerticle(
                        () -> new Loop(settings, bind),
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors())),
                LIMIT);
    }

    private synchronized Mount add(SharedResources.Lease<SharedServer> lease, ServerOptions options, Route route) {
        if (!Objects.equals(keystore, options.keystore())) {
            throw new SiddhiAppRuntimeException(route.owner() + " wants " + address
                    + (options.keystore() == null ? " without TLS" : " with " + options.keystore())
                    + ", but it is open "
                    + (keystore == null ? "without TLS" : "with " + keystore) + " for " + owners()
                    + ": give all the same keystore, or another port");
        }
        String path = options.path() == null ? ANY_PATH : options.path();
        Route present = routes.putIfAbsent(path, route);
        if (present != null) {
            throw new SiddhiAppRuntimeException(route.owner() + " wants "
                    + (path.isEmpty() ? "every path" : "path '" + path + "'") + " of " + address + ", but "
                    + present.owner()
                    + " has it already: give each its own option 'path', or another port");
        }
        return new Mount(lease, path);
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
        Route exact = routes.get(String.valueOf(request.path()));
        Route route = exact == null ? routes.get(ANY_PATH) : exact;
        if (route == null) {
            refuse(request, 404, "Not Found", "No WebSocket is served under this path.");
        } else if (!WebSocketUpgrade.isRequested(request)) {
            request.response().putHeader("Upgrade", "websocket");
            refuse(request, 426, "Upgrade Required", "This address speaks WebSocket only.");
        } else {
            WebSocketUpgrade.begin(request).ifPresent(route.endpoint());
        }
    }

    private static void refuse(HttpServerRequest request, int status, String title, String detail) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Connection", status == 426 ? "Upgrade, close" : "close")
                .end("{\"type\":\"about:blank\",\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\""
                        + detail + "\"}");
    }

    /** Stops listening and ends what is still connected; the port is free again when this returns. */
    @Override
    public void close() {
        try {
            Blocking.get(vertx.undeploy(deployment), LIMIT);
            PortProbe.awaitFree(host, port);
            LOG.atInfo().addKeyValue("address", address).log("websocket server closed");
        } catch (IOException trouble) {
            LOG.atWarn()
                    .addKeyValue("address", address)
                    .addKeyValue("error", trouble.getMessage())
                    .log("websocket server did not close cleanly");
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

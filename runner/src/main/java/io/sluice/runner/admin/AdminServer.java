package io.sluice.runner.admin;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.LocalAddress;
import io.sluice.common.PortInUse;
import io.sluice.common.Service;
import io.sluice.runner.AdminConfig;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the admin API on a port of its own. Operations run on worker threads; at most a fixed number at once, the rest get 503. Nothing is answered
 * without credentials except what a route declares open.
 */
public final class AdminServer implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final long TIMEOUT_SECONDS = 10;
    private static final int IDLE_SECONDS = 120;
    private static final int MAX_HEADER_BYTES = 16 * 1024; // a token may have 8,192 characters

    private final AdminConfig config;
    private final Path home;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final TokenPermissions tokens;
    private final List<RouteGroup> groups;
    private @Nullable HttpServer server; // guarded by this, like all below
    private @Nullable Workers workers;
    private List<AdminRouter.Route> routes = List.of();

    /**
     * Opens nothing.
     *
     * @param home where a generated secret is kept
     * @param tokens judges bearer tokens
     * @param groups what is served
     */
    public AdminServer(
            AdminConfig config,
            Path home,
            Vertx vertx,
            MeterRegistry meters,
            TokenPermissions tokens,
            List<RouteGroup> groups) {
        this.config = config;
        this.home = home;
        this.vertx = vertx;
        this.meters = meters;
        this.tokens = tokens;
        this.groups = List.copyOf(groups);
    }

    @Override
    public String name() {
        return "admin";
    }

    /**
     * Binds the port.
     *
     * @throws PortInUse if it cannot be bound
     * @throws IOException if the generated secret can be neither read nor made
     */
    @Override
    public synchronized void start() throws IOException, InterruptedException {
        Answers answers = new Answers(config.compatible(), config.maxBody().bytes());
        Authentication authentication = new Authentication(AdminUsers.of(config, home), tokens);
        Workers made = new Workers(vertx, meters, answers);
        workers = made;
        AdminRouter router = new AdminRouter(
                vertx, authentication, made, answers, config.maxBody().bytes());
        groups.forEach(group -> group.addTo(router));
        router.on(
                HttpMethod.GET,
                "/openapi.json",
                Access.OPEN,
                call -> Reply.json(200, AdminDocument.of(router.routes())));
        routes = router.routes();
        try {
            listen(router);
        } catch (IOException | InterruptedException | RuntimeException refused) {
            close();
            throw refused;
        }
        LOG.atInfo().addKeyValue("address", address()).log("admin API listens");
    }

    private void listen(AdminRouter router) throws PortInUse, InterruptedException {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES);
        HttpServer opening = vertx.createHttpServer(options).requestHandler(router.finished());
        try {
            opening.listen().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException refused) {
            opening.close();
            throw PortInUse.explain(config.host(), config.port(), "runner.admin.port", refused);
        } catch (InterruptedException interrupted) {
            opening.close();
            throw interrupted;
        }
        server = opening;
    }

    /** The port that is bound; valid after {@link #start()}. */
    public synchronized int port() {
        return server == null ? config.port() : server.actualPort();
    }

    /** Where a client on this machine reaches it, for example {@code http://127.0.0.1:9090}; valid after {@link #start()}. */
    public URI address() {
        return LocalAddress.of("http", config.host(), port());
    }

    /** What is served; valid after {@link #start()}. */
    public synchronized List<AdminRouter.Route> routes() {
        return routes;
    }

    @Override
    public synchronized void close() {
        HttpServer running = server;
        server = null;
        try {
            if (running != null) {
                running.close().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unclosed) {
            throw new IllegalStateException("the port of the admin API was not closed", unclosed);
        } finally {
            if (workers != null) {
                workers.close();
                workers = null;
            }
        }
    }
}

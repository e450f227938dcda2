package io.sluice.common;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /health/live}, {@code /health/ready} and {@code /metrics} on a port of its own.
 *
 * <ol>
 *   <li>{@code /health/live} is 200 as long as the process answers at all.
 *   <li>{@code /health/ready} is 200 if every check is up, else 503; the body has every check with its detail either way.
 *   <li>{@code /metrics} is the Prometheus text format 0.0.4, memory, threads, garbage collection and uptime of the JVM included.
 * </ol>
 *
 * <p>No authentication: bind it to an address that only operators reach.
 */
public final class ManagementServer implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String ALLOWED = "GET, HEAD";
    private static final long TIMEOUT_SECONDS = 10;

    private final Vertx vertx;
    private final String host;
    private final int wantedPort;
    private final String portSetting;
    private final PrometheusMeterRegistry meters;
    private final HealthChecks health;
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private volatile @Nullable HttpServer server;

    /**
     * Opens nothing yet.
     *
     * @param host address to bind
     * @param port port to bind, 0 for any free one
     * @param portSetting the key that the port comes from, for the message when it is taken
     */
    public ManagementServer(
            Vertx vertx,
            String host,
            int port,
            String portSetting,
            PrometheusMeterRegistry meters,
            HealthChecks health) {
        this.vertx = vertx;
        this.host = host;
        this.wantedPort = port;
        this.portSetting = portSetting;
        this.meters = meters;
        this.health = health;
    }

    @Override
    public String name() {
        return "management";
    }

    /**
     * Binds the port.
     *
     * @throws PortInUse if it cannot be bound
     */
    @Override
    public void start() throws PortInUse, InterruptedException {
        HttpServerOptions options = new HttpServerOptions().setHost(host).setPort(wantedPort);
        HttpServer opening = vertx.createHttpServer(options).requestHandler(this::answer);
        try {
            opening.listen().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException refused) {
            opening.close();
            throw PortInUse.explain(host, wantedPort, portSetting, refused);
        } catch (InterruptedException interrupted) {
            opening.close();
            throw interrupted;
        }
        server = opening;
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        garbageCollection.bindTo(meters);
    }

    /** The port that is bound; valid after {@link #start()}. */
    public int port() {
        HttpServer running = server;
        return running == null ? wantedPort : running.actualPort();
    }

    /** Where a client on this machine reaches it, for example {@code http://127.0.0.1:9100}; valid after {@link #start()}. */
    public URI address() {
        return LocalAddress.of("http", host, port());
    }

    @Override
    public void close() {
        HttpServer running = server;
        if (running == null) {
            return;
        }
        server = null;
        garbageCollection.close();
        try {
            running.close().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unclosed) {
            throw new IllegalStateException("the management port was not closed", unclosed);
        }
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/health/live" -> get(request, () -> send(request, 200, new JsonObject().put("status", "UP")));
            case "/health/ready" -> get(request, () -> answerReady(request));
            case "/metrics" -> get(request, () -> answerMetrics(request));
            default -> {
                String detail = "nothing is served at '" + request.path() + "'";
                String hint = "This port has /health/live, /health/ready and /metrics.";
                send(request, new Problem(CommonError.NOT_FOUND, detail, hint));
            }
        }
    }

    private void get(HttpServerRequest request, Runnable answer) {
        if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
            answer.run();
            return;
        }
        request.response().putHeader(HttpHeaders.ALLOW, ALLOWED);
        String detail = request.method() + " is not possible on '" + request.path() + "'";
        send(request, new Problem(CommonError.METHOD_NOT_ALLOWED, detail, "Use " + ALLOWED + "."));
    }

    private void answerReady(HttpServerRequest request) {
        JsonObject checks = new JsonObject();
        boolean ready = true;
        for (var check : health.states().entrySet()) {
            HealthChecks.State state = check.getValue();
            ready &= state.up();
            checks.put(
                    check.getKey(),
                    new JsonObject().put("status", status(state.up())).put("detail", state.detail()));
        }
        send(
                request,
                ready ? 200 : 503,
                new JsonObject().put("status", status(ready)).put("checks", checks));
    }

    private static String status(boolean up) {
        return up ? "UP" : "DOWN";
    }

    /** On a worker thread: with many meters a scrape takes milliseconds, which an event loop does not have. */
    private void answerMetrics(HttpServerRequest request) {
        vertx.executeBlocking(() -> meters.scrape(METRICS_TYPE), false)
                .onSuccess(text -> end(request, 200, METRICS_TYPE, Buffer.buffer(text)))
                .onFailure(cause -> {
                    String incident = UUID.randomUUID().toString();
                    LOG.atError()
                            .addKeyValue("incident", incident)
                            .setCause(cause)
                            .log("metrics could not be collected");
                    String detail = "the metrics could not be collected; incident " + incident;
                    send(request, new Problem(CommonError.INTERNAL, detail, "Look for the incident in the log."));
                });
    }

    private static void send(HttpServerRequest request, Problem problem) {
        end(
                request,
                problem.code().status(),
                Problem.MEDIA_TYPE,
                problem.toJson().toBuffer());
    }

    private static void send(HttpServerRequest request, int status, JsonObject body) {
        end(request, status, "application/json", body.toBuffer());
    }

    private static void end(HttpServerRequest request, int status, String type, Buffer body) {
        HttpServerResponse response = request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
        boolean head = request.method().equals(HttpMethod.HEAD);
        response.end(head ? Buffer.buffer() : body);
    }
}

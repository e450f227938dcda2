package io.sluice.gateway;

import io.sluice.gateway.authorization.AuthorizationServer;
import io.sluice.websocket.WebSocketUpgrade;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every request, on one of several event loops that share the port, and sends it on its way: to the authorization server, or to the streaming
 * API whose full path it names. Everything else is refused here. A connection that has not sent a complete request in time is closed.
 */
final class FrontDoor extends VerticleBase {

    /**
     * What is behind the door.
     *
     * @param hubs streaming APIs by full path
     * @param admission decides on handshakes
     * @param authorizationServer the built-in one, or null
     */
    record Site(
            Map<String, StreamHub> hubs,
            Admission admission,
            @Nullable AuthorizationServer authorizationServer) {}

    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
    /** The header that carries the request's id: in every answer, and taken over from the request where the client sends a plain one. */
    private static final String REQUEST_ID = "X-Request-Id";

    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final HttpServerOptions options;
    private final Duration handshakeTimeout;
    private final AtomicReference<@Nullable Site> site;
    private final GatewayMeters meters;
    private final IntConsumer bound;
    private final Map<HttpConnection, Long> silent =
            new HashMap<>(); // connections without a request yet and their timers; one event loop

    /**
     * @param site null while the gateway starts or stops: requests are then refused with 503
     * @param bound told the real port once it is open
     */
    FrontDoor(
            HttpServerOptions options,
            Duration handshakeTimeout,
            AtomicReference<@Nullable Site> site,
            GatewayMeters meters,
            IntConsumer bound) {
        this.options = options;
        this.handshakeTimeout = handshakeTimeout;
        this.site = site;
        this.meters = meters;
        this.bound = bound;
    }

    @Override
    public Future<?> start() {
        return vertx.createHttpServer(WebSocketUpgrade.prepare(new HttpServerOptions(options)))
                .connectionHandler(this::await)
                .requestHandler(this::handle)
                .listen()
                .onSuccess(server -> bound.accept(server.actualPort()));
    }

    private void await(HttpConnection connection) {
        silent.put(connection, vertx.setTimer(handshakeTimeout.toMillis(), late -> {
            silent.remove(connection);
            connection.close();
        }));
        connection.closeHandler(gone -> heard(connection));
    }

    private void heard(HttpConnection connection) {
        Long timer = silent.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    private void handle(HttpServerRequest request) {
        heard(request.connection());
        String requestId = requestId(request);
        request.response().putHeader(REQUEST_ID, requestId); // on every answer, the 101 too
        try {
            route(request, requestId);
        } catch (RuntimeException fault) {
            LOG.atError().addKeyValue("requestId", requestId).setCause(fault).log("request could not be handled");
            if (!request.response().headWritten()) {
                refuse(
                        request,
                        requestId,
                        GatewayMeters.NO_API,
                        Refusal.of(
                                GatewayError.INTERNAL,
                                "the gateway could not handle the request",
                                "Report request id " + requestId + "."));
            }
        }
    }

    private void route(HttpServerRequest request, String requestId) {
        Site now = site.get();
        if (now == null) {
            refuse(
                    request,
                    requestId,
                    GatewayMeters.NO_API,
                    Refusal.of(GatewayError.NOT_SERVING, "the gateway starts or stops", "Connect again in a moment.")
                            .withRetryAfter(Duration.ofSeconds(1)));
            return;
        }
        if (now.authorizationServer() != null && now.authorizationServer().handle(request)) {
            countWhenEnded(request.response());
            return;
        }
        StreamHub hub = now.hubs().get(request.path());
        if (hub == null) {
            refuse(
                    request,
                    requestId,
                    GatewayMeters.NO_API,
                    Refusal.of(
                            GatewayError.NO_SUCH_API,
                            "no API is served at this path",
                            "Check context and version: the path is /{context}/{version}."));
        } else if (request.method() != HttpMethod.GET) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET");
            refuse(
                    request,
                    requestId,
                    hub.api().name(),
                    Refusal.of(
                            GatewayError.METHOD_NOT_ALLOWED,
                            "a streaming API is opened with GET, not " + methodName(request),
                            "Open a WebSocket here."));
        } else if (!WebSocketUpgrade.isRequested(request)) {
            request.response().putHeader(HttpHeaders.UPGRADE, "websocket").putHeader(HttpHeaders.CONNECTION, "Upgrade");
            refuse(
                    request,
                    requestId,
                    hub.api().name(),
                    Refusal.of(
                            GatewayError.UPGRADE_REQUIRED,
                            "this is a streaming API and the request has no 'Upgrade: websocket'",
                            "Open a WebSocket here."));
        } else {
            WebSocketUpgrade.begin(request)
                    .ifPresentOrElse(
                            handshake -> now.admission().decide(Exchange.of(hub, handshake, request, requestId)),
                            () -> countInvalid(hub, request.response()));
        }
    }

    private void countWhenEnded(HttpServerResponse response) {
        String name = "authorization-server";
        if (response.ended()) {
            meters.request(name, response.getStatusCode());
        } else {
            response.endHandler(ended -> meters.request(name, response.getStatusCode()));
        }
    }

    /** The answer to an invalid handshake is written by a task of this loop that is queued already. */
    private void countInvalid(StreamHub hub, HttpServerResponse response) {
        context.runOnContext(answered -> meters.request(hub.api().name(), response.getStatusCode()));
    }

    private void refuse(HttpServerRequest request, String requestId, String api, Refusal refusal) {
        meters.request(api, refusal.status());
        refusal.write(request.response(), requestId);
    }

    /** Any token may be a method; only those of {@link HttpMethod} are repeated to the client. */
    private static String methodName(HttpServerRequest request) {
        return HttpMethod.values().contains(request.method()) ? request.method().name() : "another method";
    }

    private static String requestId(HttpServerRequest request) {
        String given = request.getHeader(REQUEST_ID);
        return given != null && PLAIN_ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }
}

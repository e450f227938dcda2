package io.sluice.gateway;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.sluice.gateway.authorization.AuthorizationServer;
import io.sluice.gateway.stream.StreamDoor;
import io.sluice.gateway.stream.StreamDoor.Transport;
import io.sluice.gateway.stream.StreamDoor.Wish;
import io.sluice.gateway.stream.StreamHub;
import io.sluice.websocket.WebSocketUpgrade;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every request, on one of several event loops that share the port, and sends it on its way: to the authorization server, to the streaming
 * API whose full path it names, or to the REST API whose path it begins with. Everything else is refused here. A connection that has not sent a complete request in time is closed.
 */
final class FrontDoor extends VerticleBase {

    /**
     * What is behind the door.
     *
     * @param hubs streaming APIs by full path
     * @param admission decides on handshakes
     * @param rest serves REST APIs
     * @param reader collects what a request for a stream brought
     * @param tickets gives one-time tickets
     * @param metadata tells whom to ask for a token
     * @param authorizationServer the built-in one, or null
     */
    record Site(
            Map<String, StreamHub> hubs,
            Admission admission,
            RestDoor rest,
            CredentialsReader reader,
            TicketDesk tickets,
            ResourceMetadata metadata,
            @Nullable AuthorizationServer authorizationServer) {}

    /** One request and the id that names it in the log and in the answer. */
    private record Visit(HttpServerRequest request, String id) {}

    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
    /** The header that carries the request's id: in every answer, and taken over from the request where the client sends a plain one. */
    private static final String REQUEST_ID = "X-Request-Id";

    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final HttpServerOptions options;
    private final Duration handshakeTimeout;
    private final AtomicReference<@Nullable Site> site;
    private final GatewayMeters meters;
    private final Doorstep doorstep;
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
            Doorstep doorstep,
            IntConsumer bound) {
        this.doorstep = doorstep;
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
                .invalidRequestHandler(this::refuseUnreadable)
                .listen()
                .onSuccess(server -> bound.accept(server.actualPort()));
    }

    private void await(HttpConnection connection) {
        StrictRequestDecoder.install(connection, options);
        connection.exceptionHandler(
                broken -> LOG.atDebug().addKeyValue("error", broken.toString()).log("client connection broke"));
        if (!doorstep.arrived(connection)) {
            connection.close();
            return;
        }
        silent.put(connection, vertx.setTimer(handshakeTimeout.toMillis(), late -> {
            silent.remove(connection);
            connection.close();
        }));
        connection.closeHandler(gone -> {
            heard(connection);
            doorstep.left(connection);
        });
    }

    private void heard(HttpConnection connection) {
        Long timer = silent.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    private void handle(HttpServerRequest request) {
        heard(request.connection());
        Visit visit = new Visit(request, requestId(request));
        request.response().putHeader(REQUEST_ID, visit.id()); // on every answer, the 101 too
        try {
            route(visit);
        } catch (RuntimeException fault) {
            LOG.atError().addKeyValue("requestId", visit.id()).setCause(fault).log("request could not be handled");
            if (!request.response().headWritten()) {
                refuse(visit, GatewayMeters.NO_API, Refusal.internal(visit.id()));
            }
        }
    }

    /** What the HTTP parser could not read; nothing after it on the connection can be trusted. */
    private void refuseUnreadable(HttpServerRequest request) {
        heard(request.connection());
        Throwable cause = request.decoderResult().cause();
        GatewayError error = cause instanceof TooLongHttpLineException
                ? GatewayError.REQUEST_LINE_TOO_LONG
                : cause instanceof TooLongHttpHeaderException ? GatewayError.HEADERS_TOO_LARGE : GatewayError.NOT_HTTP;
        Visit visit = new Visit(request, UUID.randomUUID().toString());
        request.response().putHeader(REQUEST_ID, visit.id()).putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        refuse(
                visit,
                GatewayMeters.NO_API,
                Refusal.of(error, "the request cannot be read", "Use an HTTP client that follows RFC 9112."));
        request.connection().close();
    }

    private void route(Visit visit) {
        Site now = site.get();
        if (now == null) {
            refuse(visit, GatewayMeters.NO_API, notServing());
            return;
        }
        Optional<JsonObject> document = now.metadata().find(visit.request());
        if (document.isPresent()) {
            ResourceMetadata.send(visit.request(), document.get());
            return;
        }
        if (TicketDesk.isFor(visit.request())) {
            giveTicket(visit, now);
            return;
        }
        AuthorizationServer own = now.authorizationServer();
        if (own != null && own.handle(visit.request())) {
            countWhenEnded(visit.request().response());
            return;
        }
        StreamHub hub = now.hubs().get(visit.request().path());
        if (hub != null) {
            openStream(visit, hub, now);
            return;
        }
        now.rest()
                .find(visit.request().path())
                .ifPresentOrElse(
                        route -> now.rest().serve(visit.request(), visit.id(), route),
                        () -> refuse(visit, GatewayMeters.NO_API, noSuchApi()));
    }

    private void giveTicket(Visit visit, Site now) {
        String name = TicketDesk.apiName(visit.request());
        now.hubs().values().stream()
                .filter(hub -> hub.api().name().equals(name) && !hub.api().open())
                .findFirst()
                .ifPresentOrElse(
                        hub -> now.tickets().serve(visit.request(), visit.id(), hub.api()),
                        () -> refuse(visit, GatewayMeters.NO_API, noSuchApi()));
    }

    private void openStream(Visit visit, StreamHub hub, Site now) {
        HttpServerRequest request = visit.request();
        String api = hub.api().name();
        if (request.method() != HttpMethod.GET) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET");
            refuse(visit, api, methodNotAllowed());
            return;
        }
        try {
            if (WebSocketUpgrade.isRequested(request)) {
                upgrade(visit, hub, now);
            } else {
                answerStream(visit, hub, now);
            }
        } catch (IllegalArgumentException unreadable) {
            refuse(visit, api, queryInvalid(unreadable));
        }
    }

    private void upgrade(Visit visit, StreamHub hub, Site now) {
        HttpServerRequest request = visit.request();
        Wish wish = StreamDoor.wish(Transport.WEBSOCKET, request);
        WebSocketUpgrade.begin(
                        request, (response, detail) -> refuse(visit, hub.api().name(), invalid(response, detail)))
                .ifPresent(handshake -> now.admission()
                        .decide(Exchange.of(
                                hub, wish, handshake, request, now.reader().read(request), visit.id(), context)));
    }

    private void answerStream(Visit visit, StreamHub hub, Site now) {
        HttpServerRequest request = visit.request();
        Optional<Transport> transport = StreamDoor.withoutUpgrade(request);
        if (transport.isPresent()) {
            Wish wish = StreamDoor.wish(transport.get(), request);
            now.admission()
                    .decide(Exchange.of(hub, wish, null, request, now.reader().read(request), visit.id(), context));
        } else {
            request.response().putHeader(HttpHeaders.UPGRADE, "websocket").putHeader(HttpHeaders.CONNECTION, "Upgrade");
            refuse(visit, hub.api().name(), upgradeRequired());
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

    private void refuse(Visit visit, String api, Refusal refusal) {
        meters.request(api, refusal.status());
        refusal.write(visit.request().response(), visit.id());
    }

    private static String requestId(HttpServerRequest request) {
        String given = request.getHeader(REQUEST_ID);
        return given != null && PLAIN_ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }

    private static Refusal notServing() {
        return Refusal.of(GatewayError.NOT_SERVING, "the gateway starts or stops", "Connect again in a moment.")
                .withRetryAfter(Duration.ofSeconds(1));
    }

    private static Refusal noSuchApi() {
        return Refusal.of(
                GatewayError.NO_SUCH_API,
                "no API is served at this path",
                "Check context and version: the path is /{context}/{version}.");
    }

    private static Refusal methodNotAllowed() {
        return Refusal.of(
                GatewayError.METHOD_NOT_ALLOWED, "a streaming API is opened with GET only", "Open a WebSocket here.");
    }

    private static Refusal upgradeRequired() {
        return Refusal.of(
                GatewayError.UPGRADE_REQUIRED,
                "this is a streaming API and the request has no 'Upgrade: websocket'",
                "Open a WebSocket here, or send 'Accept: text/event-stream' or 'Accept: application/json'.");
    }

    private static Refusal queryInvalid(IllegalArgumentException unreadable) {
        return Refusal.of(
                GatewayError.STREAM_QUERY_INVALID,
                String.valueOf(unreadable.getMessage()),
                "Correct the query or leave it out; docs/streaming.md says what it may hold.");
    }

    private static Refusal invalid(HttpServerResponse response, String detail) {
        return response.getStatusCode() == GatewayError.UPGRADE_REQUIRED.status()
                ? Refusal.of(
                        GatewayError.UPGRADE_REQUIRED,
                        detail,
                        "Speak the version that the header Sec-WebSocket-Version names.")
                : Refusal.of(GatewayError.HANDSHAKE_INVALID, detail, "Use a WebSocket client that follows RFC 6455.");
    }
}

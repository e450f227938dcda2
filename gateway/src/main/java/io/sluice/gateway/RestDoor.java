package io.sluice.gateway;

import io.sluice.common.ProblemException;
import io.sluice.gateway.auth.Credentials;
import io.sluice.gateway.rest.Caller;
import io.sluice.gateway.rest.Leftover;
import io.sluice.gateway.rest.RestCall;
import io.sluice.gateway.rest.RestError;
import io.sluice.gateway.rest.RestRoute;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves REST APIs, in this order: is the request one that can only be read in one way, is it a CORS pre-flight, is there such an operation, is the token good
 * and does it have the scopes; then the upstream.
 */
final class RestDoor {

    private static final Logger LOG = LoggerFactory.getLogger(RestDoor.class);

    private final Vertx vertx;
    private final TokenCheck tokens;
    private final GatewayMeters meters;
    private final Map<String, RestRoute> routes;
    private final CredentialsReader reader;

    /** @param routes by path of the API */
    RestDoor(
            Vertx vertx,
            TokenCheck tokens,
            GatewayMeters meters,
            Map<String, RestRoute> routes,
            CredentialsReader reader) {
        this.reader = reader;
        this.vertx = vertx;
        this.tokens = tokens;
        this.meters = meters;
        this.routes = Map.copyOf(new TreeMap<>(routes));
    }

    /** The API whose path is the request's or begins it; of several, the one with the longest. */
    Optional<RestRoute> find(@Nullable String path) {
        int end = path == null ? 0 : path.length();
        while (path != null && end > 0) {
            RestRoute route = routes.get(path.substring(0, end));
            if (route != null) {
                return Optional.of(route);
            }
            end = path.lastIndexOf('/', end - 1);
        }
        return Optional.empty();
    }

    /** Answers, now or later. On the request's event loop, before anything asynchronous. */
    void serve(HttpServerRequest request, String requestId, RestRoute route) {
        request.pause();
        try {
            Optional<RestCall> call = route.prepare(request);
            if (call.isPresent()) {
                admit(request, requestId, route, call.get());
            } else {
                Leftover.discard(vertx, request);
            }
        } catch (ProblemException refused) {
            refuse(request, requestId, route, Refusal.of(refused));
        }
    }

    private void admit(HttpServerRequest request, String requestId, RestRoute route, RestCall call) {
        Credentials credentials = reader.read(request).withoutSubprotocols();
        if (route.api().open()) {
            credentials.proven().run();
            forward(request, requestId, route, call, null);
            return;
        }
        TokenCheck.Question question = new TokenCheck.Question(
                route.api().name(),
                route.api().path(),
                call.scopes(),
                credentials,
                new TokenCheck.Carriers(false, false, route.api().apiKeys()),
                "Send 'Authorization: Bearer <token>'.",
                requestId);
        if (call.hasQueryToken() && !credentials.authorization().isEmpty()) {
            refuse(
                    request,
                    requestId,
                    route,
                    tokens.ambiguous(question, "a token in Authorization and access_token in the query")
                            .refusal());
            return;
        }
        tokens.check(question).onSuccess(outcome -> {
            if (outcome instanceof TokenCheck.Outcome.Passed passed) {
                Caller caller = new Caller(passed.principal(), passed.expiresAt(), passed.token());
                forward(request, requestId, route, call, caller);
            } else if (outcome instanceof TokenCheck.Outcome.Refused refused) {
                refuse(request, requestId, route, refused.refusal());
            }
        });
    }

    private void forward(
            HttpServerRequest request, String requestId, RestRoute route, RestCall call, @Nullable Caller caller) {
        try {
            route.forward(call, caller, requestId, problem -> refuse(request, requestId, route, Refusal.of(problem)));
        } catch (RuntimeException fault) {
            LOG.atError().addKeyValue("requestId", requestId).setCause(fault).log("request could not be forwarded");
            if (!request.response().headWritten()) {
                refuse(request, requestId, route, Refusal.internal(requestId));
            }
        }
    }

    private void refuse(HttpServerRequest request, String requestId, RestRoute route, Refusal refusal) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.headWritten()) {
            return;
        }
        meters.request(route.api().name(), refusal.status());
        LOG.atDebug()
                .addKeyValue("api", route.api().name())
                .addKeyValue("requestId", requestId)
                .addKeyValue("status", refusal.status())
                .addKeyValue("code", refusal.problem().code().code())
                .addKeyValue("error", refusal.problem().detail())
                .log("request refused");
        if (refusal.problem().code() == RestError.MESSAGE_INVALID) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            StrictRequestDecoder.stop(request.connection());
            Leftover.discardAndClose(vertx, request);
            refusal.write(response, requestId);
        } else {
            refusal.write(response, requestId);
            Leftover.discard(vertx, request);
        }
    }
}

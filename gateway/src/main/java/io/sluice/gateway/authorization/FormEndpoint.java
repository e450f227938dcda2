package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a form that an authenticated client posts, and answers with JSON that nobody may keep. Runs on the event loop of the request. Metric: a counter by
 * {@code result}.
 */
final class FormEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(FormEndpoint.class);

    /** What is done with the form. */
    interface Action {
        /**
         * The answer, or a future that fails with {@link OAuthError}.
         *
         * @param client who is asking, and has proved it
         */
        Future<JsonObject> answer(TokenRequest asked, Client client, HttpServerRequest request) throws OAuthError;
    }

    private final ClientCheck clients;
    private final Action action;
    private final String meter;
    private final MeterRegistry meters;

    FormEndpoint(ClientCheck clients, Action action, String meter, MeterRegistry meters) {
        this.clients = clients;
        this.action = action;
        this.meter = meter;
        this.meters = meters;
    }

    /** Reads the body and answers. */
    void handle(HttpServerRequest request) {
        FormBody.read(request)
                .compose(body -> answer(request, body))
                .onSuccess(answer -> {
                    meters.counter(meter, "result", "issued").increment();
                    send(request.response(), 200, answer);
                })
                .onFailure(trouble -> fail(request, trouble, meter, meters));
    }

    private Future<JsonObject> answer(HttpServerRequest request, String body) {
        try {
            TokenRequest asked = TokenRequest.parse(
                    request.getHeader(HttpHeaders.CONTENT_TYPE),
                    request.headers().getAll(HttpHeaders.AUTHORIZATION),
                    body);
            Client client = clients.authenticate(asked, request.remoteAddress().hostAddress());
            return action.answer(asked, client, request);
        } catch (OAuthError refused) {
            return Future.failedFuture(refused);
        } catch (RuntimeException broken) {
            return Future.failedFuture(broken);
        }
    }

    /** Answers with what went wrong; nothing if the client is gone. */
    static void fail(HttpServerRequest request, Throwable trouble, String meter, MeterRegistry meters) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.headWritten()) {
            LOG.atDebug().addKeyValue("error", trouble.getMessage()).log("client is gone");
            return;
        }
        OAuthError refused;
        if (trouble instanceof OAuthError expected) {
            refused = expected;
        } else {
            LOG.atError().setCause(trouble).log("request could not be answered");
            refused = OAuthError.of(500, OAuth2Error.SERVER_ERROR_CODE, "see the log of the server");
        }
        meters.counter(meter, "result", refused.code()).increment();
        if (refused.status() == 401) {
            response.putHeader(
                    "www-authenticate",
                    refused.code().equals("invalid_token")
                            ? "Bearer realm=\"sluice\", error=\"invalid_token\""
                            : "Basic realm=\"sluice\", charset=\"UTF-8\"");
        }
        if (!refused.retryAfter().isZero()) {
            response.putHeader(
                    HttpHeaders.RETRY_AFTER, String.valueOf(refused.retryAfter().toSeconds() + 1));
        }
        send(response, refused.status(), refused.toJson());
    }

    static void send(HttpServerResponse response, int status, JsonObject body) {
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("pragma", "no-cache")
                .end(body.toBuffer());
    }
}

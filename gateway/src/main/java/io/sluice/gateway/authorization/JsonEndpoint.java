package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** What the administrator may do: needs the {@link AdministrationToken}; takes and answers JSON. Metric: {@code gateway.administration.requests} by {@code result}. */
final class JsonEndpoint {

    private static final String METER = "gateway.administration.requests";

    /** What is done. */
    interface Action {
        /**
         * The answer, which is sent with 201 to a POST and 200 otherwise.
         *
         * @param body what was posted; empty otherwise
         */
        Future<JsonObject> answer(HttpServerRequest request, JsonObject body) throws OAuthError;
    }

    private final AdministrationToken token;
    private final Action action;
    private final MeterRegistry meters;

    JsonEndpoint(AdministrationToken token, Action action, MeterRegistry meters) {
        this.token = token;
        this.action = action;
        this.meters = meters;
    }

    void handle(HttpServerRequest request) {
        FormBody.read(request)
                .compose(body -> answer(request, body))
                .onSuccess(answer -> {
                    meters.counter(METER, "result", "done").increment();
                    FormEndpoint.send(request.response(), request.method() == HttpMethod.POST ? 201 : 200, answer);
                })
                .onFailure(trouble -> FormEndpoint.fail(request, trouble, METER, meters));
    }

    private Future<JsonObject> answer(HttpServerRequest request, String body) {
        try {
            token.require(request);
            return action.answer(request, body.isEmpty() ? new JsonObject() : new JsonObject(body));
        } catch (OAuthError refused) {
            return Future.failedFuture(refused);
        } catch (DecodeException notJson) {
            return Future.failedFuture(
                    OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, "the body must be a JSON object"));
        } catch (RuntimeException broken) {
            return Future.failedFuture(broken);
        }
    }
}

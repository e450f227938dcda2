package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code POST /oauth2/token} for the grant {@code client_credentials} (RFC 6749, section 4.4). Runs on the event loop; hashing and signing take
 * well under a millisecond. Metric: {@code gateway.token.requests} by {@code result}.
 */
final class TokenEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(TokenEndpoint.class);

    private final Clients clients;
    private final Scopes scopes;
    private final AccessTokens tokens;
    private final FailedAttempts failedAttempts;
    private final Supplier<String> issuer;
    private final MeterRegistry meters;

    TokenEndpoint(
            Clients clients,
            Scopes scopes,
            AccessTokens tokens,
            FailedAttempts failedAttempts,
            Supplier<String> issuer,
            MeterRegistry meters) {
        this.clients = clients;
        this.scopes = scopes;
        this.tokens = tokens;
        this.failedAttempts = failedAttempts;
        this.issuer = issuer;
        this.meters = meters;
    }

    /** Reads the body and answers. */
    void handle(HttpServerRequest request) {
        FormBody.read(request).onSuccess(body -> answer(request, body)).onFailure(trouble -> {
            if (trouble instanceof OAuthError refused) {
                refuse(request.response(), refused);
            } else {
                LOG.atDebug().addKeyValue("error", trouble.getMessage()).log("client is gone");
            }
        });
    }

    private void answer(HttpServerRequest request, String body) {
        try {
            TokenRequest asked = TokenRequest.parse(
                    request.getHeader(HttpHeaders.CONTENT_TYPE),
                    request.headers().getAll(HttpHeaders.AUTHORIZATION),
                    body);
            JsonObject granted = grant(asked, request.remoteAddress().hostAddress());
            count("issued");
            send(request.response(), 200, granted);
        } catch (OAuthError refused) {
            refuse(request.response(), refused);
        } catch (RuntimeException broken) {
            LOG.atError().setCause(broken).log("token request could not be answered");
            refuse(request.response(), OAuthError.of(500, OAuth2Error.SERVER_ERROR_CODE, "see the log of the server"));
        }
    }

    private JsonObject grant(TokenRequest asked, String address) throws OAuthError {
        ClientConfig client = authenticate(asked, address);
        String grantType = asked.parameters().get("grant_type");
        if (grantType == null) {
            throw OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, "grant_type is missing");
        }
        if (!grantType.equals("client_credentials")) {
            throw OAuthError.badRequest(
                    OAuth2Error.UNSUPPORTED_GRANT_TYPE_CODE, "the only grant_type here is client_credentials");
        }
        Set<String> granted = scopes.grant(client, asked.parameters().get("scope"));
        JsonObject answer = new JsonObject()
                .put("access_token", tokens.issue(issuer.get(), client.id(), granted))
                .put("token_type", "Bearer")
                .put("expires_in", tokens.lifetime().toSeconds());
        if (!granted.isEmpty()) {
            answer.put("scope", String.join(" ", granted));
        }
        return answer;
    }

    private ClientConfig authenticate(TokenRequest asked, String address) throws OAuthError {
        // strangers choose the id: names that are not ours share one window per address
        String counted = clients.knows(asked.clientId()) ? asked.clientId() : "";
        Duration wait = failedAttempts.wait(counted, address);
        if (!wait.isZero()) {
            throw OAuthError.tooMany("too many wrong secrets for this client, wait a while", wait);
        }
        ClientConfig client = clients.authenticate(asked.clientId(), asked.clientSecret());
        if (client == null) {
            failedAttempts.failed(counted, address);
            throw OAuthError.of(
                    asked.basic() ? 401 : 400, OAuth2Error.INVALID_CLIENT_CODE, "unknown client or wrong secret");
        }
        return client;
    }

    private void refuse(HttpServerResponse response, OAuthError refused) {
        count(refused.code());
        if (refused.status() == 401) {
            response.putHeader("www-authenticate", "Basic realm=\"sluice\", charset=\"UTF-8\"");
        }
        if (!refused.retryAfter().isZero()) {
            response.putHeader(
                    HttpHeaders.RETRY_AFTER, String.valueOf(refused.retryAfter().toSeconds() + 1));
        }
        send(response, refused.status(), refused.toJson());
    }

    private static void send(HttpServerResponse response, int status, JsonObject body) {
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("pragma", "no-cache")
                .end(body.toBuffer());
    }

    private void count(String result) {
        meters.counter("gateway.token.requests", "result", result).increment();
    }
}

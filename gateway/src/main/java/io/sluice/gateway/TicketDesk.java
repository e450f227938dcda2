package io.sluice.gateway;

import io.sluice.gateway.api.Api;
import io.sluice.gateway.auth.Tickets;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives one-time tickets for a streaming API: {@code POST /oauth2/ticket?api=NAME} with a token that the API takes. The answer is
 * {@code {"ticket":…,"expires_in":30}}; the handshake then is {@code GET /{context}/{version}?ticket=…}.
 */
final class TicketDesk {

    static final String PATH = "/oauth2/ticket";

    private final TokenCheck tokens;
    private final Tickets tickets;
    private final CredentialsReader reader;

    TicketDesk(TokenCheck tokens, Tickets tickets, CredentialsReader reader) {
        this.tokens = tokens;
        this.tickets = tickets;
        this.reader = reader;
    }

    /** Whether the request is for this desk. */
    static boolean isFor(HttpServerRequest request) {
        return request.method() == HttpMethod.POST && PATH.equals(request.path());
    }

    /** Answers, now or later. */
    void serve(HttpServerRequest request, String requestId, Api api) {
        request.resume();
        TokenCheck.Question question = new TokenCheck.Question(
                api.name(),
                api.path(),
                api.scopes(),
                reader.read(request).withoutSubprotocols(),
                new TokenCheck.Carriers(false, false, false),
                "Send 'Authorization: Bearer <token>'.",
                requestId);
        tokens.check(question).onSuccess(outcome -> {
            if (request.response().closed()) {
                return;
            }
            if (outcome instanceof TokenCheck.Outcome.Passed passed) {
                give(request, requestId, api, passed);
            } else if (outcome instanceof TokenCheck.Outcome.Refused refused) {
                refused.refusal().write(request.response(), requestId);
            }
        });
    }

    private void give(HttpServerRequest request, String requestId, Api api, TokenCheck.Outcome.Passed passed) {
        Optional<String> ticket = tickets.issue(api.name(), new Tickets.Stub(passed.token(), passed.verdict()));
        if (ticket.isEmpty()) {
            Refusal.of(GatewayError.TOO_MANY_TICKETS, "too many tickets wait to be used", "Try again in a moment.")
                    .withRetryAfter(Duration.ofSeconds(5))
                    .write(request.response(), requestId);
            return;
        }
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(new JsonObject()
                        .put("ticket", ticket.get())
                        .put("expires_in", Tickets.LIFETIME.toSeconds())
                        .toBuffer());
    }

    /** The name of the API that a request asks about. */
    static String apiName(HttpServerRequest request) {
        List<String> names = request.params().getAll("api");
        return names.size() == 1 ? names.get(0) : "";
    }
}

package io.sluice.gateway;

import io.sluice.gateway.ConnectionLimits.Outcome;
import io.sluice.gateway.auth.BearerToken;
import io.sluice.gateway.auth.Challenge;
import io.sluice.gateway.auth.Principal;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.websocket.WebSocketLimits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on a WebSocket handshake, in this order: is there a token, is it good, has it the scopes, is there room. A no is an HTTP answer before the
 * upgrade. Whether the upstream is connected does not matter: who comes while it is down is accepted and gets events once it is back.
 */
final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Challenge CHALLENGE = new Challenge("sluice", null);
    private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final TokenVerifier verifier;
    private final ConnectionLimits connections;
    private final GatewayConfig.Limits limits;
    private final GatewayMeters meters;
    private final Clock clock;

    Admission(
            Vertx vertx,
            TokenVerifier verifier,
            ConnectionLimits connections,
            GatewayConfig.Limits limits,
            GatewayMeters meters,
            Clock clock) {
        this.vertx = vertx;
        this.verifier = verifier;
        this.connections = connections;
        this.limits = limits;
        this.meters = meters;
        this.clock = clock;
    }

    /** Accepts or refuses, now or later. On the request's event loop. */
    void decide(Exchange exchange) {
        if (exchange.hub().api().open()) {
            admit(exchange, "public " + exchange.remoteHost(), "", null);
            return;
        }
        BearerToken token =
                BearerToken.find(exchange.authorization(), exchange.handshake().offeredProtocols());
        if (token instanceof BearerToken.Found found) {
            verify(exchange, found.token());
        } else if (token instanceof BearerToken.Ambiguous ambiguous) {
            meters.tokenCheck("malformed");
            refuse(
                    exchange,
                    Refusal.of(GatewayError.TOKEN_AMBIGUOUS, ambiguous.reason(), "Send the token once.")
                            .withChallenge(CHALLENGE.invalidRequest(ambiguous.reason())));
        } else if (token instanceof BearerToken.Malformed malformed) {
            meters.tokenCheck("malformed");
            refuse(exchange, inactive(malformed.reason()));
        } else {
            meters.tokenCheck("missing");
            refuse(exchange, missing(exchange.hub().api()));
        }
    }

    private void verify(Exchange exchange, String token) {
        verifier.verify(token)
                .timeout(limits.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .recover(broken -> Future.succeededFuture(unavailable(exchange, broken)))
                .onSuccess(verdict -> judge(exchange, verdict));
    }

    /** A verifier promises never to fail; if it does, or does not answer in time, nobody gets in. */
    private TokenVerdict unavailable(Exchange exchange, Throwable broken) {
        boolean late = broken instanceof TimeoutException;
        String reason = late
                ? "the check did not end within " + limits.handshakeTimeout().toSeconds() + "s"
                : "the check failed";
        (late ? LOG.atWarn() : LOG.atError().setCause(broken))
                .addKeyValue("api", exchange.hub().api().name())
                .addKeyValue("requestId", exchange.requestId())
                .addKeyValue("error", reason)
                .log("token was not checked");
        return new TokenVerdict.Unavailable(reason, Duration.ofSeconds(1));
    }

    private void judge(Exchange exchange, TokenVerdict verdict) {
        ApiFile api = exchange.hub().api();
        if (verdict instanceof TokenVerdict.Active active) {
            Principal principal = active.principal();
            if (principal.scopes().containsAll(api.scopes())) {
                admit(exchange, clientOf(principal), principal.subject(), active.expiresAt());
            } else {
                refuse(exchange, scopeMissing(api, principal));
            }
        } else if (verdict instanceof TokenVerdict.Inactive inactive) {
            refuse(exchange, inactive(inactive.reason()));
        } else if (verdict instanceof TokenVerdict.Unavailable unavailable) {
            refuse(
                    exchange,
                    Refusal.of(
                                    GatewayError.TOKEN_CHECK_UNAVAILABLE,
                                    unavailable.reason(),
                                    "Connect again later; the token was not judged.")
                            .withRetryAfter(unavailable.retryAfter()));
        } else {
            throw new AssertionError("verdict not known: " + verdict.getClass());
        }
    }

    private void admit(Exchange exchange, String client, String name, @Nullable Instant expiresAt) {
        Outcome outcome = connections.acquire(client);
        if (outcome instanceof Outcome.Granted granted) {
            accept(exchange, new Subscription.Caller(name, expiresAt, granted.lease(), exchange.requestId()));
        } else if (outcome instanceof Outcome.ClientFull full) {
            refuse(
                    exchange,
                    Refusal.of(
                                    GatewayError.TOO_MANY_CONNECTIONS_OF_CLIENT,
                                    "this client holds " + full.limit() + " connections, all it may",
                                    "Close connections that are not needed.")
                            .withRetryAfter(RETRY_WHEN_FULL));
        } else if (outcome instanceof Outcome.Full full) {
            refuse(
                    exchange,
                    Refusal.of(
                                    GatewayError.TOO_MANY_CONNECTIONS,
                                    "the gateway holds " + full.limit() + " connections, all it may",
                                    "Connect again later; the operator can raise gateway.limits.max-connections.")
                            .withRetryAfter(RETRY_WHEN_FULL));
        } else {
            throw new AssertionError("outcome not known: " + outcome.getClass());
        }
    }

    private void accept(Exchange exchange, Subscription.Caller caller) {
        StreamHub hub = exchange.hub();
        Subscription subscription = new Subscription(vertx, clock, hub, caller, limits.clientMessagesPerMinute());
        String subprotocol =
                StreamProtocol.choose(exchange.handshake().offeredProtocols()).orElse(null);
        exchange.handshake()
                .accept(subprotocol, sessionLimits(), subscription)
                .onSuccess(session -> meters.request(hub.api().name(), 101))
                .onFailure(gone -> {
                    caller.lease().close();
                    LOG.atDebug()
                            .addKeyValue("api", hub.api().name())
                            .addKeyValue("requestId", exchange.requestId())
                            .addKeyValue("error", gone.toString())
                            .log("client left before the upgrade");
                });
    }

    private WebSocketLimits sessionLimits() {
        int bytes = (int) limits.maxClientMessage().bytes();
        WebSocketLimits defaults = WebSocketLimits.defaults();
        return new WebSocketLimits(bytes, bytes, defaults.pingEvery(), defaults.pongTimeout(), defaults.idleTimeout());
    }

    private void refuse(Exchange exchange, Refusal refusal) {
        ApiFile api = exchange.hub().api();
        meters.request(api.name(), refusal.status());
        LOG.atDebug()
                .addKeyValue("api", api.name())
                .addKeyValue("requestId", exchange.requestId())
                .addKeyValue("status", refusal.status())
                .addKeyValue("code", refusal.problem().code().code())
                .addKeyValue("error", refusal.problem().detail())
                .log("handshake refused");
        exchange.handshake().refuse(response -> refusal.write(response, exchange.requestId()));
    }

    /** Connections of one OAuth2 client count together; where an issuer sends no client, those of one subject. */
    private static String clientOf(Principal principal) {
        String id =
                principal.clientId().isEmpty() ? "subject " + principal.subject() : "client " + principal.clientId();
        return principal.issuer() + " " + id;
    }

    private static Refusal missing(ApiFile api) {
        return Refusal.of(
                        GatewayError.TOKEN_MISSING,
                        "API '" + api.name() + "' needs an access token",
                        "Send 'Authorization: Bearer <token>' or, from a browser, offer the subprotocols '"
                                + StreamProtocol.SUBPROTOCOL + "' and '" + BearerToken.SUBPROTOCOL_PREFIX + "<token>'.")
                .withChallenge(CHALLENGE.missing());
    }

    private static Refusal inactive(String reason) {
        return Refusal.of(
                        GatewayError.TOKEN_INACTIVE,
                        reason,
                        "Get a fresh token from an issuer that this gateway trusts.")
                .withChallenge(CHALLENGE.invalidToken(reason));
    }

    private static Refusal scopeMissing(ApiFile api, Principal principal) {
        List<String> lacking = api.scopes().stream()
                .filter(scope -> !principal.scopes().contains(scope))
                .toList();
        return Refusal.of(
                        GatewayError.SCOPE_MISSING,
                        "API '" + api.name() + "' needs the scopes " + api.scopes() + "; the token lacks " + lacking,
                        "Ask the authorization server for a token with these scopes.")
                .withChallenge(CHALLENGE.insufficientScope(api.scopes()));
    }
}

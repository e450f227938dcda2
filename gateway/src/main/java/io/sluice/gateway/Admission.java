package io.sluice.gateway;

import io.sluice.gateway.ConnectionLimits.Outcome;
import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.auth.BearerToken;
import io.sluice.gateway.auth.Principal;
import io.sluice.websocket.WebSocketLimits;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on a WebSocket handshake, in this order: is there a token, is it good, has it the scopes, is there room. A no is an HTTP answer before the
 * upgrade. Whether the upstream is connected does not matter: who comes while it is down is accepted and gets events once it is back.
 */
final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final TokenCheck tokens;
    private final ConnectionLimits connections;
    private final GatewayConfig.Limits limits;
    private final GatewayMeters meters;
    private final Clock clock;

    Admission(
            Vertx vertx,
            TokenCheck tokens,
            ConnectionLimits connections,
            GatewayConfig.Limits limits,
            GatewayMeters meters,
            Clock clock) {
        this.vertx = vertx;
        this.tokens = tokens;
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
        tokens.check(question(exchange)).onSuccess(outcome -> {
            if (outcome instanceof TokenCheck.Outcome.Passed passed) {
                Principal principal = passed.principal();
                admit(exchange, clientOf(principal), principal.subject(), passed.expiresAt());
            } else if (outcome instanceof TokenCheck.Outcome.Refused refused) {
                refuse(exchange, refused.refusal());
            }
        });
    }

    private static TokenCheck.Question question(Exchange exchange) {
        StreamingApi api = exchange.hub().api();
        return new TokenCheck.Question(
                api.name(),
                api.scopes(),
                exchange.authorization(),
                exchange.handshake().offeredProtocols(),
                "Send 'Authorization: Bearer <token>' or, from a browser, offer the subprotocols '"
                        + StreamProtocol.SUBPROTOCOL + "' and '" + BearerToken.SUBPROTOCOL_PREFIX + "<token>'.",
                exchange.requestId());
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
        StreamingApi api = exchange.hub().api();
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
}

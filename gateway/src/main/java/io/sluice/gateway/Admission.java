package io.sluice.gateway;

import io.sluice.gateway.ConnectionLimits.Outcome;
import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.auth.BearerToken;
import io.sluice.gateway.auth.Credentials;
import io.sluice.gateway.auth.Principal;
import io.sluice.gateway.auth.Revocations;
import io.sluice.gateway.stream.Caller;
import io.sluice.gateway.stream.StreamDoor;
import io.sluice.gateway.stream.StreamHub;
import io.sluice.gateway.stream.StreamProtocol;
import io.sluice.gateway.stream.TokenRefresh;
import io.sluice.websocket.Handshake;
import io.sluice.websocket.WebSocketLimits;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may open a stream, in this order: is there a token, is it good, has it the scopes and the claims, is there room. A no is an HTTP answer, for a
 * WebSocket before the upgrade. Whether the upstream is connected does not matter: who comes while it is down is accepted and gets events once it is back.
 */
final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);

    private final StreamDoor door;
    private final TokenCheck tokens;
    private final ConnectionLimits connections;
    private final GatewayConfig.Limits limits;
    private final GatewayMeters meters;

    /** @param revocations what ends open streams before their tokens expire */
    Admission(
            Revocations revocations,
            TokenCheck tokens,
            ConnectionLimits connections,
            GatewayConfig.Limits limits,
            GatewayMeters meters,
            Clock clock) {
        this.door = new StreamDoor(clock, revocations, this::refreshed, limits.clientMessagesPerMinute());
        this.tokens = tokens;
        this.connections = connections;
        this.limits = limits;
        this.meters = meters;
    }

    /** Accepts or refuses, now or later. On the request's event loop. */
    void decide(Exchange exchange) {
        if (exchange.hub().api().open()) {
            exchange.credentials().proven().run();
            admit(exchange, "public " + exchange.remoteHost(), null);
            return;
        }
        tokens.check(question(exchange)).onSuccess(outcome -> {
            if (outcome instanceof TokenCheck.Outcome.Passed passed) {
                admit(exchange, new Caller.Access(passed.principal(), passed.expiresAt()));
            } else if (outcome instanceof TokenCheck.Outcome.Refused refused) {
                refuse(exchange, refused.refusal());
            }
        });
    }

    private void admit(Exchange exchange, Caller.Access access) {
        Principal principal = access.principal();
        StreamDoor.missingClaim(exchange.hub().api(), principal.claims())
                .ifPresentOrElse(
                        claim -> refuse(exchange, claimMissing(claim)),
                        () -> admit(exchange, clientOf(principal), access));
    }

    private static Refusal claimMissing(String claim) {
        return Refusal.of(
                GatewayError.CLAIM_MISSING,
                "this API shows each client what belongs to its claim '" + claim + "', which the token lacks",
                "Ask the authorization server for a token with this claim.");
    }

    private Future<TokenRefresh.Verdict> refreshed(StreamingApi api, String token, String requestId) {
        TokenCheck.Question question = new TokenCheck.Question(
                api.name(),
                api.path(),
                api.scopes(),
                Credentials.inBand(token, requestId),
                new TokenCheck.Carriers(false, false, false),
                "",
                requestId);
        return tokens.check(question)
                .map(outcome -> outcome instanceof TokenCheck.Outcome.Passed passed
                        ? new TokenRefresh.Verdict.Good(new Caller.Access(passed.principal(), passed.expiresAt()))
                        : new TokenRefresh.Verdict.Bad(reason(outcome)));
    }

    private static String reason(TokenCheck.Outcome outcome) {
        return outcome instanceof TokenCheck.Outcome.Refused refused
                ? refused.refusal().problem().detail()
                : "the token was not accepted";
    }

    private static TokenCheck.Question question(Exchange exchange) {
        StreamingApi api = exchange.hub().api();
        return new TokenCheck.Question(
                api.name(),
                api.path(),
                api.scopes(),
                exchange.credentials(),
                new TokenCheck.Carriers(true, api.queryToken(), api.apiKeys()),
                "Send 'Authorization: Bearer <token>' or, from a browser, offer the subprotocols '"
                        + StreamProtocol.SUBPROTOCOL + "' and '" + BearerToken.SUBPROTOCOL_PREFIX + "<token>'.",
                exchange.requestId());
    }

    private void admit(Exchange exchange, String client, Caller.@Nullable Access access) {
        Outcome outcome = connections.acquire(client);
        if (outcome instanceof Outcome.Granted granted) {
            accept(exchange, new Caller(access, exchange.remoteHost(), exchange.requestId(), granted.lease()::close));
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

    private void accept(Exchange exchange, Caller caller) {
        Handshake handshake = exchange.handshake();
        if (handshake != null) {
            upgrade(exchange, handshake, caller);
        } else if (exchange.response().closed()) {
            caller.release().run(); // it left while its token was checked
        } else {
            meters.request(exchange.hub().api().name(), 200);
            door.http(exchange.hub(), exchange.wish(), caller, exchange.response(), exchange.context());
        }
    }

    private void upgrade(Exchange exchange, Handshake handshake, Caller caller) {
        StreamHub hub = exchange.hub();
        String subprotocol = StreamProtocol.choose(handshake.offeredProtocols()).orElse(null);
        handshake
                .accept(subprotocol, sessionLimits(), door.webSocket(hub, exchange.wish(), caller, exchange.context()))
                .onSuccess(session -> meters.request(hub.api().name(), 101))
                .onFailure(gone -> {
                    caller.release().run();
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
        exchange.refuse(response -> refusal.write(response, exchange.requestId()));
    }

    /** Connections of one OAuth2 client count together; where an issuer sends no client, those of one subject. */
    private static String clientOf(Principal principal) {
        String id =
                principal.clientId().isEmpty() ? "subject " + principal.subject() : "client " + principal.clientId();
        return principal.issuer() + " " + id;
    }
}

package io.sluice.gateway;

import io.sluice.gateway.auth.BearerToken;
import io.sluice.gateway.auth.Challenge;
import io.sluice.gateway.auth.Principal;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides for every API alike whether the token of a request is there, good and covers what is asked for (RFC 6750). Fails closed: a check that breaks or
 * does not end in time is a refusal.
 */
final class TokenCheck {

    /** What is decided. */
    sealed interface Outcome {
        /** The caller may. {@code toString()} hides the token. */
        record Passed(Principal principal, Instant expiresAt, String token) implements Outcome {
            @Override
            public String toString() {
                return "Passed[" + principal.subject() + "]";
            }
        }

        /** The caller may not; says why. */
        record Refused(Refusal refusal) implements Outcome {}
    }

    /**
     * What is asked.
     *
     * @param api name of the API
     * @param scopes the scopes that are needed, all of them
     * @param authorization every value of the header {@code Authorization}
     * @param subprotocols every value of the header {@code Sec-WebSocket-Protocol}; none where it is no carrier
     * @param howToSend told to a client that sent no token
     * @param requestId names the request in the log
     */
    record Question(
            String api,
            List<String> scopes,
            List<String> authorization,
            List<String> subprotocols,
            String howToSend,
            String requestId) {}

    private static final Logger LOG = LoggerFactory.getLogger(TokenCheck.class);
    private static final Challenge CHALLENGE = new Challenge("sluice", null);

    private final TokenVerifier verifier;
    private final Duration atMost;
    private final GatewayMeters meters;

    /** @param atMost how long a check may take */
    TokenCheck(TokenVerifier verifier, Duration atMost, GatewayMeters meters) {
        this.verifier = verifier;
        this.atMost = atMost;
        this.meters = meters;
    }

    /** The answer, now or later, on the caller's event loop; never fails. */
    Future<Outcome> check(Question question) {
        BearerToken token = BearerToken.find(question.authorization(), question.subprotocols());
        if (token instanceof BearerToken.Found found) {
            return verify(question, found.token());
        }
        if (token instanceof BearerToken.Ambiguous ambiguous) {
            return Future.succeededFuture(ambiguous(ambiguous.reason()));
        }
        if (token instanceof BearerToken.Malformed malformed) {
            meters.tokenCheck("malformed");
            return Future.succeededFuture(new Outcome.Refused(inactive(malformed.reason())));
        }
        meters.tokenCheck("missing");
        return Future.succeededFuture(new Outcome.Refused(missing(question)));
    }

    /** The refusal of a token that came in more than one place (RFC 6750, section 2). */
    Outcome.Refused ambiguous(String reason) {
        meters.tokenCheck("malformed");
        return new Outcome.Refused(Refusal.of(GatewayError.TOKEN_AMBIGUOUS, reason, "Send the token once.")
                .withChallenge(CHALLENGE.invalidRequest(reason)));
    }

    private Future<Outcome> verify(Question question, String token) {
        return verifier.verify(token)
                .timeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .recover(broken -> Future.succeededFuture(unavailable(question, broken)))
                .map(verdict -> judge(question, token, verdict));
    }

    /** A verifier promises never to fail; if it does, or does not answer in time, nobody gets in. */
    private TokenVerdict unavailable(Question question, Throwable broken) {
        boolean late = broken instanceof TimeoutException;
        String reason = late ? "the check did not end within " + atMost.toSeconds() + "s" : "the check failed";
        (late ? LOG.atWarn() : LOG.atError().setCause(broken))
                .addKeyValue("api", question.api())
                .addKeyValue("requestId", question.requestId())
                .addKeyValue("error", reason)
                .log("token was not checked");
        return new TokenVerdict.Unavailable(reason, Duration.ofSeconds(1));
    }

    private static Outcome judge(Question question, String token, TokenVerdict verdict) {
        if (verdict instanceof TokenVerdict.Active active) {
            Principal principal = active.principal();
            return principal.scopes().containsAll(question.scopes())
                    ? new Outcome.Passed(principal, active.expiresAt(), token)
                    : new Outcome.Refused(scopeMissing(question, principal));
        }
        if (verdict instanceof TokenVerdict.Inactive inactive) {
            return new Outcome.Refused(inactive(inactive.reason()));
        }
        if (verdict instanceof TokenVerdict.Unavailable unavailable) {
            return new Outcome.Refused(Refusal.of(
                            GatewayError.TOKEN_CHECK_UNAVAILABLE,
                            unavailable.reason(),
                            "Try again later; the token was not judged.")
                    .withRetryAfter(unavailable.retryAfter()));
        }
        throw new AssertionError("verdict not known: " + verdict.getClass());
    }

    private static Refusal missing(Question question) {
        return Refusal.of(
                        GatewayError.TOKEN_MISSING,
                        "API '" + question.api() + "' needs an access token",
                        question.howToSend())
                .withChallenge(CHALLENGE.missing());
    }

    private static Refusal inactive(String reason) {
        return Refusal.of(
                        GatewayError.TOKEN_INACTIVE,
                        reason,
                        "Get a fresh token from an issuer that this gateway trusts.")
                .withChallenge(CHALLENGE.invalidToken(reason));
    }

    private static Refusal scopeMissing(Question question, Principal principal) {
        List<String> lacking = question.scopes().stream()
                .filter(scope -> !principal.scopes().contains(scope))
                .toList();
        return Refusal.of(
                        GatewayError.SCOPE_MISSING,
                        "API '" + question.api() + "' needs the scopes " + question.scopes() + "; the token lacks "
                                + lacking,
                        "Ask the authorization server for a token with these scopes.")
                .withChallenge(CHALLENGE.insufficientScope(question.scopes()));
    }
}

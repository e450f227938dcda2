package io.sluice.gateway;

import io.sluice.gateway.auth.BearerToken;
import io.sluice.gateway.auth.BearerToken.Carrier;
import io.sluice.gateway.auth.Challenge;
import io.sluice.gateway.auth.Credentials;
import io.sluice.gateway.auth.Possession;
import io.sluice.gateway.auth.Principal;
import io.sluice.gateway.auth.Revocations;
import io.sluice.gateway.auth.Strangers;
import io.sluice.gateway.auth.Tickets;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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
        record Passed(TokenVerdict.Active verdict, String token) implements Outcome {
            Principal principal() {
                return verdict.principal();
            }

            Instant expiresAt() {
                return verdict.expiresAt();
            }

            @Override
            public String toString() {
                return "Passed[" + verdict.principal().subject() + "]";
            }
        }

        /** The caller may not; says why. */
        record Refused(Refusal refusal) implements Outcome {}
    }

    /** Which carriers an API takes beside headers and subprotocol. */
    record Carriers(boolean ticket, boolean query, boolean apiKey) {}

    /**
     * Who judges.
     *
     * @param verifier judges tokens
     * @param apiKeys judges API keys
     * @param tickets knows one-time tickets
     * @param possession asks for proofs of bound tokens
     * @param strangers bounds the work for bad tokens
     * @param revocations is asked about tickets, whose token was good a moment ago
     */
    record Judges(
            TokenVerifier verifier,
            TokenVerifier apiKeys,
            Tickets tickets,
            Possession possession,
            Strangers strangers,
            Revocations revocations) {}

    /**
     * What is asked.
     *
     * @param api name of the API
     * @param path its path
     * @param scopes the scopes that are needed, all of them
     * @param credentials what the request brought
     * @param carriers which of it counts
     * @param howToSend told to a client that sent no token
     * @param requestId names the request in the log
     */
    record Question(
            String api,
            String path,
            List<String> scopes,
            Credentials credentials,
            Carriers carriers,
            String howToSend,
            String requestId) {}

    private static final Logger LOG = LoggerFactory.getLogger(TokenCheck.class);

    private final Judges judges;
    private final Supplier<String> base;
    private final Duration atMost;
    private final GatewayMeters meters;

    /**
     * @param base address of the gateway, without slash at the end
     * @param atMost how long a check may take
     */
    TokenCheck(Judges judges, Supplier<String> base, Duration atMost, GatewayMeters meters) {
        this.judges = judges;
        this.base = base;
        this.atMost = atMost;
        this.meters = meters;
    }

    /** The answer, now or later, on the caller's event loop; never fails. */
    Future<Outcome> check(Question question) {
        Carriers carriers = question.carriers();
        BearerToken token =
                BearerToken.find(question.credentials(), carriers.ticket(), carriers.query(), carriers.apiKey());
        if (token instanceof BearerToken.Found found) {
            return look(question, found);
        }
        if (token instanceof BearerToken.Ambiguous ambiguous) {
            return Future.succeededFuture(ambiguous(question, ambiguous.reason()));
        }
        if (token instanceof BearerToken.Malformed malformed) {
            meters.tokenCheck("malformed");
            return Future.succeededFuture(new Outcome.Refused(inactive(question, malformed.reason(), false)));
        }
        meters.tokenCheck("missing");
        return Future.succeededFuture(new Outcome.Refused(missing(question)));
    }

    private Future<Outcome> look(Question question, BearerToken.Found found) {
        if (found.carrier() == Carrier.TICKET) {
            return Future.succeededFuture(byTicket(question, found.token()));
        }
        TokenVerifier verifier = found.carrier() == Carrier.API_KEY ? judges.apiKeys() : judges.verifier();
        String address = question.credentials().remoteHost();
        Duration wait = judges.strangers().wait(address);
        if (!wait.isZero() && !verifier.remembers(found.token())) {
            meters.tokenCheck("limited");
            return Future.succeededFuture(new Outcome.Refused(Refusal.of(
                            GatewayError.TOO_MANY_BAD_TOKENS,
                            "too many bad tokens came from this address",
                            "Stop sending tokens that are not good, and wait.")
                    .withRetryAfter(wait)));
        }
        return verify(question, verifier, found).map(outcome -> {
            if (outcome instanceof Outcome.Passed) {
                question.credentials().proven().run();
            }
            return outcome;
        });
    }

    private Outcome byTicket(Question question, String ticket) {
        Tickets.Stub stub = judges.tickets().take(ticket, question.api()).orElse(null);
        if (stub == null || judges.revocations().isRevoked(stub.verdict().principal())) {
            meters.tokenCheck("inactive");
            judges.strangers().bad(question.credentials().remoteHost());
            return new Outcome.Refused(
                    inactive(question, "the ticket is unknown, used, too old or of another API", false));
        }
        meters.tokenCheck("ticket");
        question.credentials().proven().run();
        return new Outcome.Passed(stub.verdict(), stub.token());
    }

    /** The refusal of a token that came in more than one place (RFC 6750, section 2). */
    Outcome.Refused ambiguous(Question question, String reason) {
        meters.tokenCheck("malformed");
        return new Outcome.Refused(Refusal.of(GatewayError.TOKEN_AMBIGUOUS, reason, "Send the token once.")
                .withChallenge(challenge(question).invalidRequest(reason)));
    }

    private Challenge challenge(Question question) {
        return new Challenge("sluice", ResourceMetadata.address(base.get(), question.path()));
    }

    private Future<Outcome> verify(Question question, TokenVerifier verifier, BearerToken.Found found) {
        return verifier.verify(found.token())
                .map(verdict -> verdict instanceof TokenVerdict.Active active
                        ? judges.possession().check(active, found.token(), found.carrier(), question.credentials())
                        : verdict)
                .timeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .recover(broken -> Future.succeededFuture(unavailable(question, broken)))
                .map(verdict -> judge(question, found, verdict));
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

    private Outcome judge(Question question, BearerToken.Found found, TokenVerdict verdict) {
        if (verdict instanceof TokenVerdict.Active active) {
            Principal principal = active.principal();
            return principal.scopes().containsAll(question.scopes())
                    ? new Outcome.Passed(active, found.token())
                    : new Outcome.Refused(scopeMissing(question, principal));
        }
        if (verdict instanceof TokenVerdict.Inactive inactive) {
            judges.strangers().bad(question.credentials().remoteHost());
            return new Outcome.Refused(inactive(question, inactive.reason(), found.carrier() == Carrier.DPOP));
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

    private Refusal missing(Question question) {
        return Refusal.of(
                        GatewayError.TOKEN_MISSING,
                        "API '" + question.api() + "' needs an access token",
                        question.howToSend())
                .withChallenge(challenge(question).missing());
    }

    private Refusal inactive(Question question, String reason, boolean dpop) {
        Challenge challenge = challenge(question);
        return Refusal.of(
                        GatewayError.TOKEN_INACTIVE,
                        reason,
                        "Get a fresh token from an issuer that this gateway trusts.")
                .withChallenge(dpop ? challenge.proofNeeded(reason) : challenge.invalidToken(reason));
    }

    private Refusal scopeMissing(Question question, Principal principal) {
        List<String> lacking = question.scopes().stream()
                .filter(scope -> !principal.scopes().contains(scope))
                .toList();
        return Refusal.of(
                        GatewayError.SCOPE_MISSING,
                        "API '" + question.api() + "' needs the scopes " + question.scopes() + "; the token lacks "
                                + lacking,
                        "Ask the authorization server for a token with these scopes.")
                .withChallenge(challenge(question).insufficientScope(question.scopes()));
    }
}

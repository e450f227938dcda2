package io.sluice.gateway;

import io.sluice.common.Problem;
import io.sluice.common.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A no to a request, as problem+json (RFC 9457).
 *
 * @param problem what is wrong; never holds a token
 * @param challenge the value of {@code WWW-Authenticate}, or null
 * @param retryAfter when to come back, or null; written in whole seconds, rounded up
 */
record Refusal(
        Problem problem,
        @Nullable String challenge,
        @Nullable Duration retryAfter) {

    static Refusal of(GatewayError error, String detail, String hint) {
        return new Refusal(new Problem(error, detail, hint), null, null);
    }

    static Refusal of(ProblemException refused) {
        return new Refusal(refused.problem(), null, refused.retryAfter());
    }

    static Refusal internal(String requestId) {
        return of(
                GatewayError.INTERNAL,
                "the gateway could not handle the request",
                "Report request id " + requestId + ".");
    }

    Refusal withChallenge(String value) {
        return new Refusal(problem, value, retryAfter);
    }

    Refusal withRetryAfter(Duration wait) {
        return new Refusal(problem, challenge, wait);
    }

    int status() {
        return problem.code().status();
    }

    /** Answers with it; the response must not have been begun. */
    void write(HttpServerResponse response, String requestId) {
        response.setStatusCode(status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (challenge != null) {
            response.putHeader("WWW-Authenticate", challenge);
        }
        if (retryAfter != null) {
            response.putHeader(
                    HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, (retryAfter.toMillis() + 999) / 1000)));
        }
        response.end(problem.toJson().put("requestId", requestId).toBuffer());
    }
}

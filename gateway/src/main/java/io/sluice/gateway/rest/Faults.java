package io.sluice.gateway.rest;

import io.netty.channel.ConnectTimeoutException;
import io.sluice.common.ProblemException;
import io.sluice.gateway.api.RestApi;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** What a client is told when the upstream lets it down. Never an address of the inner network; the log has that. */
final class Faults {

    private final String api;
    private final RestApi.Timeouts timeouts;
    private final int connections;

    Faults(RestApi api) {
        this.api = api.name();
        this.timeouts = api.timeouts();
        this.connections = api.limits().connections();
    }

    /** No connection came about. */
    ProblemException notConnected(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            return new ProblemException(
                            RestError.UPSTREAM_BUSY,
                            "all " + connections + " connections to the upstream of API '" + api
                                    + "' are taken, and so are the places to wait for one")
                    .retryAfter(Duration.ofSeconds(1));
        }
        if (cause instanceof ConnectTimeoutException) {
            return late("the upstream of API '" + api + "' did not accept a connection within "
                    + timeouts.connect().toMillis() + " ms");
        }
        String reason = cause instanceof UnknownHostException
                ? "its name is not known"
                : cause instanceof SSLException
                        ? "TLS did not come about"
                        : cause instanceof SocketException ? "the connection was refused" : "no connection came about";
        return new ProblemException(
                        RestError.UPSTREAM_UNREACHABLE,
                        "the upstream of API '" + api + "' cannot be reached: " + reason)
                .hint("Try again later; the operator sees it in the health check 'api " + api + "'.");
    }

    /** A connection was there and broke, or carried something else than HTTP, before the head of an answer was complete. */
    ProblemException noAnswer() {
        return new ProblemException(
                        RestError.BAD_RESPONSE,
                        "the upstream of API '" + api
                                + "' ended the connection, or sent what is not HTTP, in place of an answer")
                .hint("Whether it has done what was asked is not known.");
    }

    /** The head of the answer is there but cannot be passed on. */
    ProblemException badAnswer(String reason) {
        return new ProblemException(RestError.BAD_RESPONSE, "the upstream of API '" + api + "' " + reason)
                .hint("Whether it has done what was asked is not known.");
    }

    ProblemException late(String detail) {
        return new ProblemException(RestError.UPSTREAM_LATE, detail)
                .hint("Whether it has done what was asked is not known.");
    }

    /** The head of the answer did not come in time. */
    ProblemException noHead() {
        return late("the upstream of API '" + api + "' did not begin its answer within "
                + timeouts.firstByte().toMillis() + " ms");
    }

    /** The client took too long to send its body. */
    ProblemException clientLate() {
        return new ProblemException(
                RestError.REQUEST_LATE,
                "the request was not sent within " + timeouts.whole().toMillis() + " ms");
    }

    ProblemException breakerOpen(Duration retryAfter) {
        return new ProblemException(
                        RestError.BREAKER_OPEN,
                        "the upstream of API '" + api + "' failed several times in a row and is not asked for a while")
                .retryAfter(retryAfter);
    }

    /** The gateway's own fault, which the log tells under the request's id. */
    ProblemException internal(String requestId) {
        return new ProblemException(RestError.INTERNAL, "the gateway could not forward the request")
                .hint("Report request id " + requestId + ".");
    }

    ProblemException requestTooLarge(long limit) {
        return new ProblemException(
                        RestError.REQUEST_TOO_LARGE,
                        "the body is larger than the " + limit + " bytes that API '" + api + "' takes")
                .hint("Send it in smaller parts.");
    }

    ProblemException responseTooLarge(long limit) {
        return new ProblemException(
                        RestError.RESPONSE_TOO_LARGE,
                        "the answer of the upstream is larger than the " + limit + " bytes that API '" + api
                                + "' allows")
                .hint("Ask for less, for example page by page.");
    }
}

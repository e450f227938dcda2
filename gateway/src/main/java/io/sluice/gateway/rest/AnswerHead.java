package io.sluice.gateway.rest;

import io.sluice.common.DataSize;
import io.sluice.common.ProblemException;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** The status line and headers of an upstream's answer: may they pass, and what of them does. */
final class AnswerHead {

    private static final int UNKNOWN = -1;

    private final RestUpstream shared;
    private final HttpClientResponse answer;
    private final HttpServerRequest request;

    AnswerHead(RestUpstream shared, HttpClientResponse answer, HttpServerRequest request) {
        this.shared = shared;
        this.answer = answer;
        this.request = request;
    }

    /** Largest body that may pass, in bytes. */
    long limit() {
        DataSize limit = shared.api().limits().response();
        return limit == null ? Long.MAX_VALUE : limit.bytes();
    }

    /** Why the answer cannot pass; null if it can. */
    @Nullable
    ProblemException refusal() {
        if (answer.statusCode() < 200) {
            return shared.faults().badAnswer("switched to another protocol unasked");
        }
        if (!HeaderRules.isClean(answer.headers())) {
            return shared.faults().badAnswer("sent a header with a name that is no token, or with a control character");
        }
        if (length() > limit() && request.method() != HttpMethod.HEAD) {
            return shared.faults().responseTooLarge(limit());
        }
        return null;
    }

    /** Puts it on the response, with the framing that the client understands. */
    void write(HttpServerResponse response) {
        int status = answer.statusCode();
        response.setStatusCode(status);
        if (!answer.statusMessage().isEmpty()) {
            response.setStatusMessage(answer.statusMessage());
        }
        shared.headers().toClient(answer.headers(), shared.paths(), response.headers());
        boolean hasBody = status != 204 && status != 304 && request.method() != HttpMethod.HEAD;
        if (length() != UNKNOWN && status != 204) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length()));
        } else if (hasBody && request.version() != HttpVersion.HTTP_1_0) {
            response.setChunked(true);
        }
    }

    /** Puts the trailers on the response; to be called when the body has ended. */
    void writeTrailers(HttpServerResponse response) {
        if (response.isChunked() && request.headers().contains("TE", "trailers", true)) {
            shared.headers().trailersToClient(answer.trailers(), response.trailers());
        }
    }

    /** A number: the HTTP parser refuses anything else. */
    private long length() {
        String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? UNKNOWN : Long.parseLong(length);
    }
}

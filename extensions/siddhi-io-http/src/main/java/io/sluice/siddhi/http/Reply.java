package io.sluice.siddhi.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param status 200 to 599
 * @param headers by name
 * @param body may be empty
 */
record Reply(int status, Map<String, String> headers, Buffer body) {

    /** 200 without a body: taken and processed. */
    static final Reply TAKEN = new Reply(200, Map.of(), Buffer.buffer());

    private static final long LINGER_MILLIS = 1_000;

    /** The same with one header more. */
    Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, Map.copyOf(more), body);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Answers a request, unless its connection is gone. On the request's event loop. */
    void writeTo(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        response.end(body);
    }

    /**
     * Answers a request at once, whether its body has arrived or not. What is on its way is read and thrown away for a moment, because closing at once
     * would make the client's system discard the answer. On the request's event loop.
     */
    void refuse(HttpServerRequest request, Vertx vertx) {
        if (request.isEnded()) {
            writeTo(request);
        } else if (request.version() == HttpVersion.HTTP_2) {
            writeTo(request);
            request.handler(rest -> {});
            vertx.setTimer(LINGER_MILLIS, late -> request.response().reset());
        } else {
            with("Connection", "close").writeTo(request);
            request.handler(rest -> {});
            request.endHandler(complete -> request.connection().close());
            vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
        }
    }
}

package io.sluice.gateway;

import io.sluice.websocket.Handshake;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * One WebSocket handshake on its way through the gateway.
 *
 * @param hub the API it asks for
 * @param handshake waits for the decision
 * @param authorization every value of the header {@code Authorization}
 * @param remoteHost the address of the client, without port
 * @param requestId names it in logs and in the answer
 */
record Exchange(StreamHub hub, Handshake handshake, List<String> authorization, String remoteHost, String requestId) {

    static Exchange of(StreamHub hub, Handshake handshake, HttpServerRequest request, String requestId) {
        return new Exchange(
                hub,
                handshake,
                List.copyOf(request.headers().getAll(HttpHeaders.AUTHORIZATION)),
                request.remoteAddress().hostAddress() == null
                        ? "unknown"
                        : request.remoteAddress().hostAddress(),
                requestId);
    }
}

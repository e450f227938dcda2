package io.sluice.gateway;

import io.sluice.gateway.stream.StreamDoor;
import io.sluice.gateway.stream.StreamHub;
import io.sluice.websocket.Handshake;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request for a stream on its way through the gateway.
 *
 * @param hub the API it asks for
 * @param wish what it asks of it
 * @param handshake waits for the decision; null where the stream comes in the answer
 * @param response of the request; not to be touched where there is a handshake
 * @param authorization every value of the header {@code Authorization}
 * @param remoteHost the address of the client, without port
 * @param requestId names it in logs and in the answer
 * @param context of the connection
 */
record Exchange(
        StreamHub hub,
        StreamDoor.Wish wish,
        @Nullable Handshake handshake,
        HttpServerResponse response,
        List<String> authorization,
        String remoteHost,
        String requestId,
        Context context) {

    static Exchange of(
            StreamHub hub,
            StreamDoor.Wish wish,
            @Nullable Handshake handshake,
            HttpServerRequest request,
            String requestId,
            Context context) {
        return new Exchange(
                hub,
                wish,
                handshake,
                request.response(),
                List.copyOf(request.headers().getAll(HttpHeaders.AUTHORIZATION)),
                request.remoteAddress().hostAddress() == null
                        ? "unknown"
                        : request.remoteAddress().hostAddress(),
                requestId,
                context);
    }

    /** The subprotocols that a WebSocket client offers, which may carry a token. */
    List<String> offeredProtocols() {
        return handshake == null ? List.of() : handshake.offeredProtocols();
    }

    /** Answers with a refusal. */
    void refuse(Consumer<HttpServerResponse> answer) {
        if (handshake != null) {
            handshake.refuse(answer);
        } else if (!response.closed() && !response.headWritten()) {
            answer.accept(response);
        }
    }
}

package io.sluice.gateway;

import io.sluice.gateway.auth.Credentials;
import io.sluice.gateway.stream.StreamDoor;
import io.sluice.gateway.stream.StreamHub;
import io.sluice.websocket.Handshake;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request for a stream on its way through the gateway.
 *
 * @param hub the API it asks for
 * @param wish what it asks of it
 * @param handshake waits for the decision; null where the stream comes in the answer
 * @param response of the request; not to be touched where there is a handshake
 * @param credentials what it brought that may say who sends it
 * @param requestId names it in logs and in the answer
 * @param context of the connection
 */
record Exchange(
        StreamHub hub,
        StreamDoor.Wish wish,
        @Nullable Handshake handshake,
        HttpServerResponse response,
        Credentials credentials,
        String requestId,
        Context context) {

    static Exchange of(
            StreamHub hub,
            StreamDoor.Wish wish,
            @Nullable Handshake handshake,
            HttpServerRequest request,
            Credentials credentials,
            String requestId,
            Context context) {
        return new Exchange(
                hub,
                wish,
                handshake,
                request.response(),
                handshake == null ? credentials.withoutSubprotocols() : credentials,
                requestId,
                context);
    }

    /** The address of the client, without port. */
    String remoteHost() {
        return credentials.remoteHost();
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

package io.sluice.websocket;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Takes WebSocket connections over from a Vert.x HTTP server and speaks RFC 6455 on them with Netty's frame codec. */
public final class WebSocketUpgrade {

    private WebSocketUpgrade() {}

    /** Sets what the take-over needs on a server: no clear-text HTTP/2, none of Vert.x's own WebSocket compression. */
    public static HttpServerOptions prepare(HttpServerOptions options) {
        return options;
    }

    /** Whether the request asks for a WebSocket at all: an {@code Upgrade} header with the token {@code websocket}. */
    public static boolean isRequested(HttpServerRequest request) {
        return request.headers().contains("Upgrade", "websocket", true);
    }

    /**
     * Checks the opening handshake and takes hold of the connection. Must be called on the request's event loop, inside the request handler, before
     * anything asynchronous.
     *
     * @return the handshake to decide on, or empty if it was invalid and has been answered (400, 405 or 426 with {@code Sec-WebSocket-Version: 13})
     */
    public static Optional<Handshake> begin(HttpServerRequest request) {
        return Optional.empty();
    }
}

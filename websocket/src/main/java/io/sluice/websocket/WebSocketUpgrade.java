package io.sluice.websocket;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Takes WebSocket connections over from a Vert.x HTTP server and speaks RFC 6455 on them with Netty's frame codec. Extensions are not
 * negotiated: an offer of permessage-deflate is left unanswered. {@code HttpServer.shutdown(time)} closes the sessions with 1001 and waits
 * for their peers.
 *
 * <p>Needs the class path: the channel of a request is only reachable through a package that Vert.x 5.0 does not export to modules.
 */
public final class WebSocketUpgrade {

    private WebSocketUpgrade() {}

    /** Sets what the take-over needs on a server: no clear-text HTTP/2, none of Vert.x's own WebSocket compression. */
    public static HttpServerOptions prepare(HttpServerOptions options) {
        return options.setHttp2ClearTextEnabled(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
    }

    /** Whether the request asks for a WebSocket at all: an {@code Upgrade} header with the token {@code websocket}. */
    public static boolean isRequested(HttpServerRequest request) {
        return OpeningHandshake.hasToken(request.headers(), HttpHeaders.UPGRADE, "websocket");
    }

    /**
     * Checks the opening handshake and takes hold of the connection. Must be called on the request's event loop, inside the request
     * handler, before anything asynchronous.
     *
     * @return the handshake to decide on, or empty if it was invalid and has been answered (400, 405 or 426 with {@code
     *     Sec-WebSocket-Version: 13})
     * @throws IllegalStateException if called on another thread than the connection's event loop
     */
    public static Optional<Handshake> begin(HttpServerRequest request) {
        return begin(
                request,
                (response, detail) -> response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                        .end(detail + "\n"));
    }

    /**
     * As {@link #begin(HttpServerRequest)}, with a body of the caller's own for the answer to an invalid handshake.
     *
     * @param ending gets the response, with its status and the headers that go with it already set, and what is wrong; ends the response, now or in a
     *     later task of the same event loop
     */
    public static Optional<Handshake> begin(HttpServerRequest request, BiConsumer<HttpServerResponse, String> ending) {
        Optional<OpeningHandshake.Fault> fault = OpeningHandshake.fault(request);
        if (fault.isPresent() && request.version() == HttpVersion.HTTP_2) {
            answer(request.response(), fault.get(), ending);
            return Optional.empty();
        }
        PendingHandshake handshake = PendingHandshake.hold(request);
        if (fault.isEmpty()) {
            return Optional.of(handshake);
        }
        handshake.refuse(response -> answer(response, fault.get(), ending));
        return Optional.empty();
    }

    private static void answer(
            HttpServerResponse response, OpeningHandshake.Fault fault, BiConsumer<HttpServerResponse, String> ending) {
        response.setStatusCode(fault.status());
        if (fault.status() == 405) {
            response.putHeader(HttpHeaders.ALLOW, "GET");
        } else if (fault.status() == 426) {
            response.putHeader(HttpHeaders.UPGRADE, "websocket")
                    .putHeader(OpeningHandshake.VERSION, OpeningHandshake.SUPPORTED_VERSION);
        }
        ending.accept(response, fault.detail());
    }
}

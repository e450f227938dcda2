package io.sluice.websocket;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A valid opening handshake (RFC 6455 §4.2.1) that waits for a decision. Early bytes of the peer are held meanwhile, and nothing more is
 * read. Decide once, and within a time of your own: an undecided handshake keeps its connection.
 */
public interface Handshake {
    /** The subprotocols the client offers, in its order; may hold a token carrier. */
    List<String> offeredProtocols();

    /**
     * Answers 101 and turns the connection into a session. May be called later and from another thread than the request handler's.
     *
     * @param subprotocol one of the offered ones, or null for none
     * @param limits the bounds of the session
     * @param listener what to tell about the session
     * @return completes on the session's event loop once frames flow; fails if the peer is gone, and then the listener hears nothing
     * @throws IllegalArgumentException if the subprotocol was not offered; the handshake is still undecided
     * @throws IllegalStateException if the handshake has been decided before
     */
    Future<WebSocketSession> accept(@Nullable String subprotocol, WebSocketLimits limits, SessionListener listener);

    /**
     * Refuses with an ordinary HTTP answer; held bytes are dropped and the connection is closed after the answer.
     *
     * @param answer sets status and headers and ends the response; runs on the connection's event loop; {@code Connection: close} is
     *     set already
     * @throws IllegalStateException if the handshake has been decided before
     */
    void refuse(Consumer<HttpServerResponse> answer);
}

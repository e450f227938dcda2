package io.sluice.websocket;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A Vert.x HTTP server on a free port whose WebSocket handshakes go to a function; other requests get {@code plain HTTP}. */
final class TestServer implements AutoCloseable {
    private final Vertx vertx;
    private final HttpServer server;

    TestServer(Transport transport, BiConsumer<HttpServerRequest, Handshake> decision) throws Exception {
        vertx = transport.vertx();
        server = vertx.createHttpServer(transport.options()).requestHandler(request -> {
            if (WebSocketUpgrade.isRequested(request)) {
                WebSocketUpgrade.begin(request).ifPresent(handshake -> decision.accept(request, handshake));
            } else {
                request.response().end("plain HTTP");
            }
        });
        server.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Accepts everybody. */
    static TestServer accepting(Transport transport, WebSocketLimits limits, SessionListener listener)
            throws Exception {
        return new TestServer(transport, (request, handshake) -> handshake.accept(null, limits, listener));
    }

    int port() {
        return server.actualPort();
    }

    Vertx vertx() {
        return vertx;
    }

    HttpServer http() {
        return server;
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}

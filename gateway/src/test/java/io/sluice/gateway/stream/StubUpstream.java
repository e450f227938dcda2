package io.sluice.gateway.stream;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The server behind a streaming API: accepts every WebSocket and sends to all of them. Can be stopped and started again on its port. */
public final class StubUpstream implements AutoCloseable {

    private final Vertx vertx;
    private final Set<ServerWebSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private HttpServer server;
    private int port;

    private StubUpstream(Vertx vertx) {
        this.vertx = vertx;
    }

    public static StubUpstream started(Vertx vertx) throws Exception {
        StubUpstream upstream = new StubUpstream(vertx);
        upstream.start();
        return upstream;
    }

    public void start() throws Exception {
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setMaxWebSocketFrameSize(32 << 20))
                .webSocketHandler(socket -> {
                    accepted.incrementAndGet();
                    open.add(socket);
                    socket.closeHandler(gone -> open.remove(socket));
                })
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    /** Drops every connection and refuses new ones. */
    public void stop() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    public URI uri() {
        return URI.create("ws://127.0.0.1:" + port + "/events");
    }

    /** Connections open now. */
    public int connections() {
        return open.size();
    }

    /** Connections accepted so far. */
    public int accepted() {
        return accepted.get();
    }

    public void sendText(String text) {
        open.forEach(socket -> socket.writeTextMessage(text));
    }

    public void sendBinary(byte[] payload) {
        open.forEach(socket -> socket.writeFinalBinaryFrame(Buffer.buffer(payload)));
    }

    /** One text message in two frames, whatever its bytes. */
    public void sendTextInTwoFrames(byte[] first, byte[] second) {
        open.forEach(socket -> {
            socket.writeFrame(new io.vertx.core.http.impl.ws.WebSocketFrameImpl(
                    io.vertx.core.http.WebSocketFrameType.TEXT, first, false));
            socket.writeFrame(io.vertx.core.http.WebSocketFrame.continuationFrame(Buffer.buffer(second), true));
        });
    }

    @Override
    public void close() throws Exception {
        stop();
    }
}

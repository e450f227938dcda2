package io.sluice.siddhi.websocket;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A well-behaved client, by the JDK. */
final class JdkClient implements WebSocket.Listener, AutoCloseable {

    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<byte[]> binaries = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    JdkClient(HttpClient http, String url, String... subprotocols) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0], java.util.Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
        }
        socket = builder.buildAsync(URI.create(url), this)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Whether it is a thread of such clients. */
    static boolean owns(Thread thread) {
        return thread.getName().startsWith("HttpClient") || thread.getName().equals("CompletableFutureDelayScheduler");
    }

    List<String> texts() {
        return texts;
    }

    List<byte[]> binaries() {
        return binaries;
    }

    String subprotocol() {
        return socket.getSubprotocol();
    }

    /** Close code and reason, as {@code 1001 Connection timeout}; waits for it. */
    String awaitClose() {
        return closed.orTimeout(10, TimeUnit.SECONDS).join();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    void send(String text) {
        socket.sendText(text, true).orTimeout(20, TimeUnit.SECONDS).join();
    }

    void send(byte[] payload) {
        socket.sendBinary(ByteBuffer.wrap(payload), true)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            texts.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binaries.add(bytes);
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete((code + " " + reason).trim());
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}

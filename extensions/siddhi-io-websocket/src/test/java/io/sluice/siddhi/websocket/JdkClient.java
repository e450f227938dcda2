package io.sluice.siddhi.websocket;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
            builder.subprotocols(subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
        }
        socket = within(10, builder.buildAsync(URI.create(url), this));
    }

    /** Whether it is a thread of such clients, or of the common pool on which the JDK completes and times what they do. */
    static boolean owns(Thread thread) {
        return thread.getName().startsWith("HttpClient") || thread.getName().startsWith("ForkJoinPool.commonPool");
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
        return within(10, closed);
    }

    boolean isClosed() {
        return closed.isDone();
    }

    void send(String text) {
        within(20, socket.sendText(text, true));
    }

    void send(byte[] payload) {
        within(20, socket.sendBinary(ByteBuffer.wrap(payload), true));
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

    /** Without {@code orTimeout}, whose timer thread would look like a leak. */
    private static <T> T within(int seconds, CompletableFuture<T> future) {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException trouble) {
            throw new CompletionException(trouble);
        }
    }
}

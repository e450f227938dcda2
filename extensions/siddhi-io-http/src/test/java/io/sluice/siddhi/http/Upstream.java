package io.sluice.siddhi.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server that remembers what it got and answers as told; it can go away and come back on its port. */
final class Upstream implements AutoCloseable {

    /** One request as it arrived. */
    record Got(String method, String path, String query, Headers headers, String body) {
        String header(String name) {
            return headers.getFirst(name);
        }
    }

    /** An answer. */
    record Says(int status, String body, Map<String, String> headers) {
        static Says of(int status, String body) {
            return new Says(status, body, Map.of());
        }
    }

    private final List<Got> got = new CopyOnWriteArrayList<>();
    private final Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();
    private volatile Function<Got, Says> answer = request -> Says.of(200, "");
    private ExecutorService threads;
    private HttpServer server;
    private int port;

    Upstream() {
        start();
    }

    void answers(Function<Got, Says> how) {
        answer = how;
    }

    List<Got> got() {
        return got;
    }

    List<String> bodies() {
        return got.stream().map(Got::body).toList();
    }

    /** Client ports seen so far: one per connection. */
    int connections() {
        return peers.size();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    void start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        } catch (IOException trouble) {
            throw new AssertionError(trouble);
        }
        port = server.getAddress().getPort();
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "test-upstream");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        peers.add(exchange.getRemoteAddress());
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Got request = new Got(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                exchange.getRequestURI().getQuery(),
                exchange.getRequestHeaders(),
                body);
        got.add(request);
        Says says = answer.apply(request);
        says.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = says.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(says.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length
                > 0) { // without a body the exchange is over, and closing it would hit the next one on the connection
            exchange.getResponseBody().write(bytes);
            exchange.getResponseBody().close();
        }
    }

    @Override
    public void close() {
        stop();
    }
}

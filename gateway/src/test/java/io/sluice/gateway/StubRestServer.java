package io.sluice.gateway;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The server behind a REST API. Unless told otherwise it answers with what it was asked, as JSON: method, uri, headers in lower case, body. */
final class StubRestServer implements AutoCloseable {

    private final Vertx vertx;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Handler<HttpServerRequest> answer = StubRestServer::echo;
    private HttpServer server;
    private int port;

    private StubRestServer(Vertx vertx) {
        this.vertx = vertx;
    }

    static StubRestServer started(Vertx vertx) throws Exception {
        StubRestServer upstream = new StubRestServer(vertx);
        upstream.start();
        return upstream;
    }

    void start() throws Exception {
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(port))
                .requestHandler(request -> {
                    requests.incrementAndGet();
                    answer.handle(request);
                })
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    void stop() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    void answer(Handler<HttpServerRequest> how) {
        answer = how;
    }

    int requests() {
        return requests.get();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/base");
    }

    private static void echo(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            JsonObject headers = new JsonObject();
            request.headers().forEach(header -> {
                String name = header.getKey().toLowerCase(Locale.ROOT);
                JsonArray values = headers.getJsonArray(name, new JsonArray());
                headers.put(name, values.add(header.getValue()));
            });
            request.response()
                    .putHeader("Content-Type", "application/json")
                    .end(new JsonObject()
                            .put("method", request.method().name())
                            .put("uri", request.uri())
                            .put("headers", headers)
                            .put("body", body.toString())
                            .toBuffer());
        });
    }

    @Override
    public void close() throws Exception {
        stop();
    }
}

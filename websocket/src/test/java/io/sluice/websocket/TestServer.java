package io.sluice.websocket;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A Vert.x HTTP server on a free port whose WebSocket handshakes go to a function. */
final class TestServer implements AutoCloseable {
    private final Vertx vertx;
    private final HttpServer server;

    private TestServer(Vertx vertx, HttpServerOptions options, Consumer<Handshake> decision) throws Exception {
        this.vertx = vertx;
        server = vertx.createHttpServer(
                        WebSocketUpgrade.prepare(options).setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> WebSocketUpgrade.begin(request).ifPresent(decision));
        server.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static TestServer epoll(Consumer<Handshake> decision) throws Exception {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        if (!vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException("no epoll here", vertx.unavailableNativeTransportCause());
        }
        return new TestServer(vertx, new HttpServerOptions(), decision);
    }

    static TestServer nio(Consumer<Handshake> decision) throws Exception {
        return new TestServer(
                Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2)),
                new HttpServerOptions().setIdleTimeout(1),
                decision);
    }

    /** With {@code tls.p12} of the folder, made when it is not there; its password is {@code changeit}. */
    static TestServer tls(Path folder, Consumer<Handshake> decision) throws Exception {
        Path store = keyStore(folder);
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PfxOptions().setPath(store.toString()).setPassword("changeit"));
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        return new TestServer(vertx, options, decision);
    }

    static Path keyStore(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("tls.p12");
        if (!Files.exists(store)) {
            String keytool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            Process made = new ProcessBuilder(
                            keytool,
                            "-genkeypair",
                            "-alias",
                            "test",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            "changeit",
                            "-keystore",
                            store.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(made.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (made.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
        }
        return store;
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

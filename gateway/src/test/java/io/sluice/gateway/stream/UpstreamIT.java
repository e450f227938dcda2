package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connection to a server that misbehaves. */
class UpstreamIT {

    private static final Upstream.Pace FAST = new Upstream.Pace(
            Duration.ofMillis(20), Duration.ofMillis(400), Duration.ofMillis(50), Duration.ofMillis(300));

    private final Vertx vertx = Vertx.vertx();
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void givesAServerUpThatAnswersNoPingAndConnectsAgain() throws Exception {
        try (SilentServer server = new SilentServer()) {
            Upstream upstream = connectTo(server.uri());

            await().until(() -> told.size() >= 3);
            assertThat(told.subList(0, 3)).containsExactly("connected", "disconnected", "connected");
            assertThat(upstream.status().connected()).isTrue();
        }
    }

    @Test
    void keepsAQuietServerThatAnswersPings() throws Exception {
        try (StubUpstream server = StubUpstream.started(vertx)) {
            connectTo(server.uri());
            await().until(() -> server.connections() == 1);
            long patience = FAST.silence().multipliedBy(3).toMillis();

            await().during(Duration.ofMillis(patience))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> server.accepted() == 1);
        }
    }

    @Test
    void waitsLongerForAServerThatAcceptsAndClosesAtOnce() throws Exception {
        List<Long> accepted = new CopyOnWriteArrayList<>();
        var server = vertx.createHttpServer()
                .webSocketHandler(socket -> {
                    accepted.add(System.nanoTime());
                    socket.close();
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        connectTo(URI.create("ws://127.0.0.1:" + server.actualPort() + "/"));

        await().until(() -> accepted.size() == 8);
        long lastWait = TimeUnit.NANOSECONDS.toMillis(accepted.get(7) - accepted.get(6));
        assertThat(lastWait).isGreaterThanOrEqualTo(FAST.maxWait().toMillis() / 2);
    }

    @Test
    void saysConnectedBeforeTheFirstEvent() throws Exception {
        var server = vertx.createHttpServer()
                .webSocketHandler(socket -> socket.writeTextMessage("first"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        connectTo(URI.create("ws://127.0.0.1:" + server.actualPort()));

        await().until(() -> told.size() == 2);
        assertThat(told).containsExactly("connected", "text first");
    }

    @Test
    void keepsSecretsOfTheAddressOutOfItsStatus() throws Exception {
        Upstream upstream = connectTo(URI.create("ws://127.0.0.1:1/events?key=hush"));

        await().until(() -> upstream.status().detail().contains("did not accept"));
        assertThat(upstream.status().detail())
                .contains("ws://127.0.0.1:1/events")
                .doesNotContain("hush");
    }

    @Test
    void dropsAMessageOverTheLimitAndEndsAConnectionOnlyForAMonstrousFrame() throws Exception {
        try (StubUpstream server = StubUpstream.started(vertx)) {
            Upstream upstream = connectTo(server.uri());
            await().until(() -> told.size() == 1);

            server.sendBinary(new byte[2 << 20]);
            await().until(() -> told.size() == 2);
            assertThat(told).containsExactly("connected", "rejected");

            server.sendBinary(new byte[5 << 20]);
            await().until(() -> told.size() == 4);
            assertThat(told.subList(2, 4)).containsExactly("disconnected", "connected");
            assertThat(upstream.status().connected()).isTrue();
        }
    }

    @Test
    void doesNotTrustACertificateThatNobodyVouchesFor() throws Exception {
        SelfSignedCertificate certificate = SelfSignedCertificate.create();
        var server = vertx.createHttpServer(
                        new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()))
                .webSocketHandler(socket -> socket.writeTextMessage("trusted"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        Upstream upstream = connectTo(URI.create("wss://127.0.0.1:" + server.actualPort() + "/"));

        await().until(() -> upstream.status().detail().contains("attempts"));
        assertThat(upstream.status().detail()).containsIgnoringCase("certif");
        assertThat(told).isEmpty();
        certificate.delete();
    }

    private Upstream connectTo(URI uri) throws Exception {
        Upstream upstream = new Upstream("test", uri, 1 << 20, new Recorder(), Clock.systemUTC(), FAST);
        vertx.deployVerticle(upstream).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        return upstream;
    }

    private final class Recorder implements Upstream.Listener {
        @Override
        public void connected(Instant since) {
            told.add("connected");
        }

        @Override
        public void disconnected(Instant since) {
            told.add("disconnected");
        }

        @Override
        public void text(byte[] utf8) {
            told.add("text " + new String(utf8, StandardCharsets.UTF_8));
        }

        @Override
        public void binary(byte[] payload) {
            told.add("binary");
        }

        @Override
        public void rejected(MessageAssembler.Reason reason) {
            told.add("rejected");
        }
    }

    /** Completes the WebSocket handshake and never says anything again. */
    private static final class SilentServer implements AutoCloseable {
        private final ServerSocket server;
        private final List<Socket> accepted = new ArrayList<>();

        SilentServer() throws Exception {
            server = new ServerSocket(0);
            Thread thread = new Thread(this::serve, "silent-server");
            thread.setDaemon(true);
            thread.start();
        }

        URI uri() {
            return URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/");
        }

        private void serve() {
            try {
                while (true) {
                    Socket socket = server.accept();
                    accepted.add(socket);
                    StringBuilder request = new StringBuilder();
                    while (request.indexOf("\r\n\r\n") < 0) {
                        request.append((char) socket.getInputStream().read());
                    }
                    String key = request.toString().replaceAll("(?is).*sec-websocket-key: *([^\r]+)\r.*", "$1");
                    byte[] digest = MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
                    String answer =
                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                    + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n";
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            } catch (java.io.IOException closed) {
                // the test is over
            } catch (java.security.NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public void close() throws Exception {
            server.close();
            for (Socket socket : accepted) {
                socket.close();
            }
        }
    }
}

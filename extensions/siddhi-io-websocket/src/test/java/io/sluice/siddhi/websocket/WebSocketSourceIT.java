package io.sluice.siddhi.websocket;

import static io.sluice.siddhi.websocket.Host.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.sluice.siddhi.kit.testing.SourceContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebSocketSourceIT extends SourceContract {

    private final Host host = new Host();
    private final RawServer server;

    WebSocketSourceIT() throws IOException {
        server = new RawServer();
    }

    @AfterEach
    void close() throws IOException {
        host.close();
        server.close();
    }

    @Override
    protected String sourceAnnotation() {
        return "@source(type='websocket', url='" + url("/") + "', @map(type='payload'))";
    }

    @Override
    protected void send(String payload) throws IOException {
        server.sendText(payload);
    }

    @Override
    protected void stopUpstream() throws IOException {
        server.close();
    }

    @Override
    protected void startUpstream() throws IOException {
        server.open();
    }

    @Override
    protected OptionalInt openConnections() {
        return OptionalInt.of(server.connections());
    }

    @Override
    protected boolean belongsToTheSource(Thread thread) {
        return !thread.getName().startsWith(RawServer.THREAD);
    }

    @Test
    void sendsPathQueryHeadersAndSubprotocolsWithTheHandshake() throws Exception {
        server.agree("b");

        start("url='" + url("/feed/a%20b?token=x") + "', sub.protocol='a, b',"
                + " headers=\"'Authorization:Bearer a:b','X-Two: 2'\",");

        RawPeer handshake = server.handshakes().get(0);
        assertThat(handshake.firstLine()).isEqualTo("GET /feed/a%20b?token=x HTTP/1.1");
        assertThat(handshake.header("Authorization")).isEqualTo("Bearer a:b");
        assertThat(handshake.header("X-Two")).isEqualTo("2");
        assertThat(handshake.header("Sec-WebSocket-Protocol")).isEqualTo("a,b");
        assertThat(host.gauge("runner.source.connected")).isEqualTo(1);
    }

    @Test
    void makesStringsOfTextAndBytesOfBinary() throws Exception {
        SiddhiAppRuntime app = start("url='" + url("/") + "',");
        List<String> events = Host.events(app, "In");
        eventually().until(() -> server.connections() == 1);

        server.sendText("Grüße");
        server.sendBinary("bin".getBytes(StandardCharsets.UTF_8));
        server.sendText("x".repeat(5_000_000));

        eventually().until(() -> events.size() == 3);
        assertThat(events.subList(0, 2)).containsExactly("text:Grüße", "bytes:bin");
        assertThat(events.get(2)).hasSize("text:".length() + 5_000_000);
    }

    @Test
    void comesBackWithinASecondWhenTheConnectionIsCut() throws Exception {
        SiddhiAppRuntime app = start("url='" + url("/") + "',");
        List<String> events = Host.events(app, "In");
        eventually().until(() -> server.connections() == 1);

        server.cut();

        eventually().atMost(Duration.ofSeconds(1)).until(() -> server.connections() == 1);
        server.sendText("again");
        eventually().until(() -> events.contains("text:again"));
        assertThat(host.counter("runner.source.errors")).isEqualTo(1);
    }

    @Test
    void staysPausedWhenItConnectsOnlyAfterThePause() throws Exception {
        SiddhiAppRuntime app = build("url='" + url("/") + "',");
        List<String> events = Host.events(app, "In");
        Host.source(app).pause();
        app.start();
        eventually().until(() -> server.connections() == 1);
        server.sendText("waits");
        eventually().until(() -> host.gauge("runner.source.queue.events") == 1);
        assertThat(events).isEmpty();

        Host.source(app).resume();

        eventually().until(() -> events.contains("text:waits"));
    }

    @Test
    void namesTheStatusWhenTheServerRefuses() throws Exception {
        server.refuse("HTTP/1.1 403 Forbidden");
        SiddhiAppRuntime app = build("url='" + url("/x?token=secret") + "',");

        assertThatThrownBy(() -> Host.source(app).connect(null, null))
                .isInstanceOf(ConnectionUnavailableException.class)
                .hasMessageContainingAll("'In'", "127.0.0.1:" + server.port() + "/x", "403")
                .hasMessageNotContaining("secret");
    }

    @Test
    void trustsTheCertificatesOfItsTrustStoreAndNoOthers(@TempDir Path folder) throws Exception {
        String keystore = Certificates.keystore(folder, "server.p12", "PKCS12");
        String others = Certificates.keystore(folder, "others.p12", "PKCS12");
        try (RawServer secure = new RawServer(Certificates.context(keystore).getServerSocketFactory())) {
            String url = "wss://localhost:" + secure.port() + "/";
            SiddhiAppRuntime trusting = start("url='" + url + "', " + trust(keystore, Certificates.PASSWORD));
            List<String> events = Host.events(trusting, "In");
            eventually().until(() -> secure.connections() == 1);
            secure.sendText("safe");
            eventually().until(() -> events.contains("text:safe"));

            SiddhiAppRuntime suspicious = build("url='" + url + "', " + trust(others, Certificates.PASSWORD));
            SiddhiAppRuntime standard = build("url='" + url + "',");
            assertThatThrownBy(() -> Host.source(suspicious).connect(null, null))
                    .isInstanceOf(ConnectionUnavailableException.class);
            assertThatThrownBy(() -> Host.source(standard).connect(null, null))
                    .isInstanceOf(ConnectionUnavailableException.class);
        }
        assertThatThrownBy(() -> build("url='wss://localhost/', " + trust(keystore, "wrong-one")))
                .satisfies(trouble -> assertThat(ownWords(trouble))
                        .contains("locked by another password")
                        .doesNotContain("wrong-one"));
        assertThatThrownBy(() -> build("url='wss://localhost/', " + trust(folder + "/missing", "x")))
                .hasMessageContaining("there is no file");
    }

    @Test
    void closesAnIdleConnectionAndConnectsAfresh() throws Exception {
        start("url='" + url("/") + "', idle.timeout='300',");

        eventually().until(() -> server.handshakes().size() >= 2);

        RawPeer.Frame close = server.received().get(0);
        assertThat(close.closeCode()).isEqualTo(1001);
        assertThat(close.closeReason()).isEqualTo("Connection timeout");
    }

    @Test
    void doesNotReadTheServerWhileItIsPausedAndLosesNothing() throws Exception {
        SiddhiAppRuntime app = start("url='" + url("/") + "',");
        List<String> events = Host.events(app, "In");
        eventually().until(() -> server.connections() == 1);
        Host.source(app).pause();
        String filler = "x".repeat(10_000);
        int total = 5_000; // 50 MB, far more than all the buffers on the way
        Thread sender = new Thread(() -> {
            try {
                for (int i = 0; i < total; i++) {
                    server.sendText(i + filler);
                }
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        });
        sender.start();

        eventually().during(Duration.ofMillis(700)).until(() -> sender.isAlive() && events.isEmpty());
        assertThat(host.gauge("runner.source.queue.events")).isLessThan(Intake.MAX_MESSAGES + 64);
        Host.source(app).resume();

        eventually().until(() -> events.size() == total);
        assertThat(events.get(total - 1)).startsWith("text:" + (total - 1) + "x");
        sender.join();
    }

    @Test
    void namesEveryBadOptionAtOnceWithoutTheValuesOfHeaders() {
        assertThatThrownBy(() -> build("url='http://x/', headers=\"'ok:1','no colon secret'\", idle.timeout='soon',"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .satisfies(trouble -> assertThat(ownWords(trouble))
                        .contains("'url'", "header 2", "'idle.timeout' is 'soon'")
                        .doesNotContain("secret"));
        assertThatThrownBy(() -> build("headers='k:v',"))
                .hasMessageContainingAll("'url' is missing", "'headers' must look like");
    }

    /** The message without the annotation that Siddhi quotes in front of it. */
    private static String ownWords(Throwable trouble) {
        return trouble.getMessage().substring(trouble.getMessage().indexOf("source 'websocket' of stream"));
    }

    private String url(String pathAndQuery) {
        return "ws://127.0.0.1:" + server.port() + pathAndQuery;
    }

    private static String trust(String path, String password) {
        return "truststore.path='" + path + "', truststore.password='" + password + "',";
    }

    private SiddhiAppRuntime build(String options) {
        return host.build(
                "App" + System.nanoTime(),
                "@source(type='websocket', " + options + " @map(type='typed')) define stream In (payload string);");
    }

    private SiddhiAppRuntime start(String options) {
        SiddhiAppRuntime app = build(options);
        app.start();
        return app;
    }
}

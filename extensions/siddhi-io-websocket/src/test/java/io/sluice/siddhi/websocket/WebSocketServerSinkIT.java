package io.sluice.siddhi.websocket;

import static io.sluice.siddhi.websocket.Host.eventually;
import static io.sluice.siddhi.websocket.Host.serverSink;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.siddhi.core.stream.input.InputHandler;
import io.sluice.siddhi.kit.testing.SinkContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketServerSinkIT extends SinkContract {

    private final int contractPort = Host.freePort();
    private final List<JdkClient> clients = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Host host = new Host();

    @AfterEach
    void close() {
        clients.forEach(JdkClient::close);
        host.close();
    }

    @Override
    protected String sinkAnnotation() {
        return "@sink(type='websocket-server', host='127.0.0.1', port='" + contractPort + "', @map(type='payload'))";
    }

    @Override
    protected List<String> received() {
        return clients.isEmpty() ? List.of() : clients.get(0).texts();
    }

    @Override
    protected void openReceiver() {
        client(contractPort, "/any");
    }

    @Override
    protected boolean hasDownstream() {
        return false;
    }

    @Override
    protected void stopDownstream() {
        throw new UnsupportedOperationException("clients come and go");
    }

    @Override
    protected void startDownstream() {
        throw new UnsupportedOperationException("clients come and go");
    }

    @Override
    protected OptionalInt listeningPort() {
        return OptionalInt.of(contractPort);
    }

    @Override
    protected boolean belongsToTheSink(Thread thread) {
        return !JdkClient.owns(thread);
    }

    @Test
    void sendsTextAsTextAndBytesAsBinary() throws Exception {
        SiddhiAppRuntime app = host.start("Kinds", sink("Out", ""));
        JdkClient client = subscribed(app, "/");

        serverSink(app).publish("Grüße \uD83D\uDE00", null, null);
        serverSink(app).publish(new byte[] {1, 2, 3}, null, null);
        serverSink(app).publish(ByteBuffer.wrap(new byte[] {9, 4, 5, 9}, 1, 2), null, null);

        eventually().until(() -> client.binaries().size() == 2);
        assertThat(client.texts()).containsExactly("Grüße \uD83D\uDE00");
        assertThat(client.binaries()).containsExactly(new byte[] {1, 2, 3}, new byte[] {4, 5});
        assertThat(host.counter("runner.sink.events.sent", "app", "Kinds")).isEqualTo(3);
        assertThat(host.gauge("runner.sink.subscribers")).isEqualTo(1);
    }

    @Test
    void sharesAPortWithOtherSinksAndSourcesByPath() throws Exception {
        int port = Host.freePort();
        SiddhiAppRuntime first = host.start(
                "First", sink("A", port, "path='/a',") + sink("B", port, "path='/b',") + sink("Rest", port, ""));
        SiddhiAppRuntime second = host.start("Second", source("In", port, "path='/in',"));
        List<String> in = Host.events(second, "In");
        JdkClient a = client(port, "/a");
        JdkClient b = client(port, "/b?x=1");
        JdkClient rest = client(port, "/elsewhere");
        JdkClient sender = client(port, "/in");
        eventually().until(() -> Host.subscribers(first) == 3);

        first.getInputHandler("A").send(new Object[] {"for a"});
        first.getInputHandler("B").send(new Object[] {"for b"});
        first.getInputHandler("Rest").send(new Object[] {"for the rest"});
        sender.send("from outside");

        eventually().untilAsserted(() -> {
            assertThat(a.texts()).containsExactly("for a");
            assertThat(b.texts()).containsExactly("for b");
            assertThat(rest.texts()).containsExactly("for the rest");
            assertThat(in).containsExactly("from outside");
        });
    }

    @Test
    void keepsThePortOpenUntilItsLastUserLeaves() {
        int port = Host.freePort();
        SiddhiAppRuntime first = host.start("First", sink("A", port, "path='/a',"));
        host.start("Second", sink("B", port, "path='/b',"));
        JdkClient a = client(port, "/a");
        JdkClient b = client(port, "/b");

        first.shutdown();

        assertThat(a.awaitClose()).startsWith("1001");
        assertThat(b.isClosed()).isFalse();
        assertThat(client(port, "/b").isClosed()).isFalse();
    }

    @Test
    void takesOneFreePortPerAppForPort0() {
        SiddhiAppRuntime first = host.start("First", sink("A", "path='/a',") + sink("B", "path='/b',"));
        SiddhiAppRuntime second = host.start("Second", sink("C", "path='/a',"));
        int port = serverSink(first).port();

        assertThat(client(port, "/a").isClosed()).isFalse();
        assertThat(client(port, "/b").isClosed()).isFalse();
        assertThat(serverSink(second).port()).isNotZero().isNotEqualTo(port);
    }

    @Test
    void staysClosedWhenSiddhiConnectsItAgainDuringTheShutdown() {
        int port = Host.freePort();
        SiddhiAppRuntime app = host.start("Closed", sink("Out", port, ""));
        WebSocketServerSink sink = serverSink(app);
        app.shutdown();

        sink.connect();

        assertThat(sink.port()).isZero();
        assertThat(portIsFree(port)).isTrue();
    }

    @Test
    void namesBothWhenTwoWantTheSamePath() {
        int port = Host.freePort();
        host.start("First", sink("A", port, "path='/same',"));
        WebSocketServerSink second = serverSink(host.build("Second", sink("B", port, "path='/same',")));

        assertThatThrownBy(second::connect)
                .isInstanceOf(SiddhiAppRuntimeException.class)
                .hasMessageContainingAll("'B'", "'Second'", "'/same'", String.valueOf(port), "'A'", "'First'");
    }

    @Test
    void endsTheStartOfAnAppInWhichTwoWantEveryPath() {
        int port = Host.freePort();

        host.start("Twice", sink("A", port, "") + sink("B", port, ""));

        assertThat(host.runs("Twice")).isFalse();
        assertThat(portIsFree(port)).isTrue();
    }

    @Test
    void answers404ForAPathThatIsNotServedAnd426WithoutAHandshake() throws Exception {
        SiddhiAppRuntime app = host.start("Paths", sink("Out", "path='/here',"));
        int port = serverSink(app).port();

        assertThat(get(port, "/there").statusCode()).isEqualTo(404);
        assertThat(get(port, "/there").body()).contains("\"status\":404");
        assertThat(get(port, "/here").statusCode()).isEqualTo(426);
        assertThat(get(port, "/here").headers().firstValue("Upgrade")).contains("websocket");
        try (RawPeer peer = RawPeer.connect(port, "/there")) {
            assertThat(peer.firstLine()).contains(" 404 ");
        }
    }

    @Test
    void saysWhichPortIsInUseAndEndsTheStartOfTheApp() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String streams = sink("Out", other.getLocalPort(), "");
            WebSocketServerSink sink = serverSink(host.build("Blocked", streams));

            assertThatThrownBy(sink::connect)
                    .isInstanceOf(SiddhiAppRuntimeException.class)
                    .hasMessageContainingAll(
                            "'Out'", "'Blocked'", "127.0.0.1:" + other.getLocalPort(), "in use", "'port'");
            host.start("BlockedToo", streams);
            assertThat(host.runs("BlockedToo")).isFalse();
        }
    }

    @Test
    void doesNotShareAPortInSilenceWithAnotherServerOfThisProcess() {
        int port = Host.freePort();
        var other = host.resources()
                .vertx()
                .createHttpServer()
                .requestHandler(request -> request.response().end());
        other.listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        WebSocketServerSink sink = serverSink(host.build("Blocked", sink("Out", port, "")));

        assertThatThrownBy(sink::connect).hasMessageContaining("in use");
        other.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void disconnectsAClientThatNeverReadsAndHarmsNoOther() throws Exception {
        SiddhiAppRuntime app = host.start("Slow", sink("Out", "queue.size='64',"));
        JdkClient healthy = subscribed(app, "/");
        try (RawPeer stuck = stuckClient(serverSink(app).port())) {
            eventually().until(() -> serverSink(app).subscribers() == 2);
            String filler = "x".repeat(20_000);

            int sent = 0;
            while (serverSink(app).subscribers() == 2) {
                app.getInputHandler("Out").send(new Object[] {sent + filler});
                sent++;
                int soFar = sent;
                eventually().until(() -> healthy.texts().size() == soFar);
                assertThat(sent).as("events until the stuck client was found").isLessThan(2_000);
            }
            app.getInputHandler("Out").send(new Object[] {"after"});

            eventually().until(() -> healthy.texts().contains("after"));
            assertThat(healthy.isClosed()).isFalse();
            assertThat(stuck.firstLine()).contains("101");
            assertThat(host.counter("runner.sink.slow.consumers.disconnected")).isEqualTo(1);
        }
    }

    @Test
    void dropsTheOldestEventsOfASlowClientWhereAskedTo() throws Exception {
        SiddhiAppRuntime app = host.start("Drop", sink("Out", "queue.size='16', slow.consumer='drop.oldest',"));
        try (RawPeer slow = stuckClient(serverSink(app).port())) {
            eventually().until(() -> serverSink(app).subscribers() == 1);
            InputHandler input = app.getInputHandler("Out");
            String filler = "x".repeat(20_000);

            int sent = 0;
            while (host.counter("runner.events.dropped", "reason", "slow_consumer", "intentional", "true") < 50) {
                input.send(new Object[] {sent++ + filler});
                assertThat(sent).isLessThan(5_000);
            }
            input.send(new Object[] {"last"});

            int got = 1;
            while (!slow.read().text().equals("last")) {
                got++;
            }
            int total = sent + 1;
            int missed = total - got;
            assertThat(missed).isGreaterThanOrEqualTo(50);
            eventually()
                    .untilAsserted(() ->
                            assertThat(host.counter("runner.events.dropped")).isEqualTo(missed));
            assertThat(serverSink(app).subscribers()).isEqualTo(1);
        }
    }

    @Test
    void keepsAHealthyClientThroughABurst() throws Exception {
        SiddhiAppRuntime app = host.start("Burst", sink("Out", "queue.size='4096',"));
        try (RawPeer reader = RawPeer.connect(serverSink(app).port(), "/")) {
            eventually().until(() -> serverSink(app).subscribers() == 1);
            Thread burst = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    try {
                        app.getInputHandler("Out").send(new Object[] {"event " + i});
                    } catch (InterruptedException stopped) {
                        return;
                    }
                }
            });

            burst.start();

            for (int i = 0; i < 20_000; i++) {
                assertThat(reader.read().text()).isEqualTo("event " + i);
            }
            burst.join();
        }
    }

    @Test
    void closesAConnectionWithoutMessagesAfterTheIdleTimeout() throws Exception {
        SiddhiAppRuntime app = host.start("Idle", sink("Out", "idle.timeout='400',"));
        JdkClient client = subscribed(app, "/");
        for (int i = 0; i < 10; i++) {
            int sent = i + 1;
            app.getInputHandler("Out").send(new Object[] {"still busy"});
            eventually()
                    .pollDelay(Duration.ofMillis(80))
                    .until(() -> client.texts().size() == sent);
        }
        assertThat(client.isClosed()).isFalse();

        assertThat(client.awaitClose()).isEqualTo("1001 Connection timeout");
    }

    @Test
    void agreesOnASubprotocolThatBothKnow() {
        SiddhiAppRuntime app = host.start("Protocols", sink("Out", "sub.protocol='json.v1, json.v2',"));
        String url = "ws://127.0.0.1:" + serverSink(app).port() + "/";

        try (JdkClient second = new JdkClient(http, url, "xml", "json.v2");
                JdkClient none = new JdkClient(http, url, "xml")) {
            assertThat(second.subprotocol()).isEqualTo("json.v2");
            assertThat(none.subprotocol()).isEmpty();
        }
    }

    @Test
    void ignoresWhatClientsSendAndClosesOnTooMuchOfIt() throws Exception {
        SiddhiAppRuntime app = host.start("Talkative", sink("Out", ""));
        JdkClient client = subscribed(app, "/");
        client.send("nobody listens");
        app.getInputHandler("Out").send(new Object[] {"event"});
        eventually().until(() -> client.texts().contains("event"));

        try (RawPeer peer = RawPeer.connect(serverSink(app).port(), "/")) {
            peer.sendText("x".repeat(70_000));
            assertThat(peer.read().closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void closesItsClientsWith1001AndFreesThePortAtEveryOneOf20Redeployments() throws Exception {
        int port = Host.freePort();
        for (int i = 0; i < 20; i++) {
            SiddhiAppRuntime app = host.start("Again", sink("Out", port, ""));
            assertThat(host.runs("Again")).as("round " + i).isTrue();
            JdkClient client = client(port, "/");
            eventually().until(() -> serverSink(app).subscribers() == 1);
            app.getInputHandler("Out").send(new Object[] {"round " + i});
            String expected = "round " + i;
            eventually().until(() -> client.texts().contains(expected));

            app.shutdown();

            assertThat(client.awaitClose()).startsWith("1001");
        }
        assertThat(portIsFree(port)).isTrue();
    }

    @Test
    void namesEveryBadOptionAtOnce() {
        assertThatThrownBy(() -> host.build(
                        "Bad",
                        "@sink(type='websocket-server', port='70000', path='no-slash', idle.timeout='-2', queue.size='0',"
                                + " slow.consumer='disconect', tls.enabled='yes', sub.protocol='a b', @map(type='payload'))"
                                + " define stream Out (payload string);"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContainingAll(
                        "'host' is missing",
                        "'port' is '70000'",
                        "'path' is 'no-slash'",
                        "'idle.timeout' is '-2'",
                        "'queue.size' is '0'",
                        "Did you mean 'disconnect'?",
                        "'tls.enabled' is 'yes'",
                        "'a b'");
    }

    private static String sink(String stream, String options) {
        return sink(stream, 0, options);
    }

    private static String sink(String stream, int port, String options) {
        return "@sink(type='websocket-server', host='127.0.0.1', port='" + port + "', " + options
                + " @map(type='payload')) define stream " + stream + " (payload string); ";
    }

    private static String source(String stream, int port, String options) {
        return "@source(type='websocket-server', host='127.0.0.1', port='" + port + "', " + options
                + " @map(type='payload')) define stream " + stream + " (payload string); ";
    }

    private JdkClient client(int port, String path) {
        JdkClient client = new JdkClient(http, "ws://127.0.0.1:" + port + path);
        clients.add(client);
        return client;
    }

    private JdkClient subscribed(SiddhiAppRuntime app, String path) {
        JdkClient client = client(serverSink(app).port(), path);
        eventually().until(() -> serverSink(app).subscribers() == 1);
        return client;
    }

    /** Shakes hands and then reads nothing; its own kernel buffer is small. */
    private static RawPeer stuckClient(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return RawPeer.connect(socket, "/");
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static boolean portIsFree(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isBound();
        } catch (IOException inUse) {
            return false;
        }
    }
}

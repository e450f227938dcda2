package io.sluice.siddhi.websocket;

import static io.sluice.siddhi.websocket.Host.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.core.stream.output.sink.Sink;
import io.sluice.siddhi.kit.testing.SinkContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketSinkIT extends SinkContract {

    private final Host host = new Host();
    private final RawServer server;

    WebSocketSinkIT() throws IOException {
        server = new RawServer();
    }

    @AfterEach
    void close() throws IOException {
        host.close();
        server.close();
    }

    @Override
    protected String sinkAnnotation() {
        return "@sink(type='websocket', url='" + url() + "', @map(type='payload'))";
    }

    @Override
    protected List<String> received() {
        return server.texts();
    }

    @Override
    protected void stopDownstream() throws IOException {
        server.close();
    }

    @Override
    protected void startDownstream() throws IOException {
        server.open();
    }

    @Override
    protected OptionalInt openConnections() {
        return OptionalInt.of(server.connections());
    }

    @Override
    protected boolean belongsToTheSink(Thread thread) {
        return !thread.getName().startsWith(RawServer.THREAD);
    }

    @Test
    void sendsTextAsTextAndBytesAsBinary() throws Exception {
        SiddhiAppRuntime app = start("");
        WebSocketSink sink = (WebSocketSink) Host.sink(app);

        sink.publish("Grüße", null, null);
        sink.publish(new byte[] {1, 2}, null, null);
        sink.publish(ByteBuffer.wrap(new byte[] {9, 3, 9}, 1, 1), null, null);

        eventually().until(() -> server.received().size() == 3);
        assertThat(server.received())
                .extracting(RawPeer.Frame::opcode)
                .containsExactly(RawPeer.TEXT, RawPeer.BINARY, RawPeer.BINARY);
        assertThat(server.received().get(2).payload()).containsExactly(3);
        assertThat(host.counter("runner.sink.events.sent")).isEqualTo(3);
    }

    @Test
    void handsEventsToTheFaultStreamWhileTheServerIsAway() throws Exception {
        SiddhiAppRuntime app = host.start(
                "Faults",
                "@OnError(action='STREAM') @sink(type='websocket', url='" + url()
                        + "', on.error='stream', @map(type='payload')) define stream Out (payload string);"
                        + "from !Out select payload insert into Failed;");
        List<String> failed = Host.events(app, "Failed");
        eventually().until(() -> server.connections() == 1);
        server.close();
        eventually().until(() -> host.gauge("runner.sink.connected") == 0);

        app.getInputHandler("Out").send(new Object[] {"one"});
        app.getInputHandler("Out").send(new Object[] {"two"});

        eventually().until(() -> failed.size() == 2);
        assertThat(failed).containsExactly("one", "two");
    }

    @Test
    void tellsSiddhiSoonAfterTheServerIsBack() throws Exception {
        SiddhiAppRuntime app = start("");
        eventually().until(() -> server.connections() == 1);
        server.close();
        eventually().until(() -> host.gauge("runner.sink.connected") == 0);
        app.getInputHandler("Out").send(new Object[] {"meets nobody"});
        assertThat(Host.sink(app).isConnected()).isFalse();

        server.open();

        eventually().atMost(Duration.ofSeconds(4)).until(() -> Host.sink(app).isConnected());
        app.getInputHandler("Out").send(new Object[] {"arrives"});
        eventually().until(() -> server.texts().contains("arrives"));
    }

    @Test
    void losesNoEventOfAnAppThatWaits() throws Exception {
        SiddhiAppRuntime app = start("on.error='wait',");
        eventually().until(() -> server.connections() == 1);
        server.close();
        eventually().until(() -> host.gauge("runner.sink.connected") == 0);
        InputHandler input = app.getInputHandler("Out");
        Thread sender = new Thread(() -> IntStream.range(0, 50).forEach(i -> send(input, "event " + i)));
        sender.start();
        eventually().until(() -> sender.getState() == Thread.State.TIMED_WAITING);

        server.open();

        List<String> all = IntStream.range(0, 50).mapToObj(i -> "event " + i).toList();
        eventually().untilAsserted(() -> assertThat(server.texts()).isEqualTo(all));
        sender.join();
    }

    @Test
    void slowsTheAppDownWhenTheServerDoesNotRead() throws Exception {
        SiddhiAppRuntime app = start("");
        eventually().until(() -> server.connections() == 1);
        server.stopReading();
        AtomicInteger sent = new AtomicInteger();
        String filler = "x".repeat(100_000);
        Thread sender = new Thread(() -> IntStream.range(0, 1_000).forEach(i -> {
            send(app.getInputHandler("Out"), filler);
            sent.incrementAndGet();
        }));
        sender.setDaemon(true);
        sender.start();

        int[] last = {-1};
        eventually().pollInterval(Duration.ofMillis(500)).until(() -> {
            int before = last[0];
            last[0] = sent.get();
            return before == last[0];
        });

        assertThat(last[0]).as("events of 100 KB that found room in buffers").isBetween(1, 500);
        assertThat(sender.isAlive()).isTrue();
        server.close(); // lets the sender go
        sender.join();
    }

    @Test
    void namesTheAddressWhenNobodyIsThere() throws Exception {
        server.close();
        SiddhiAppRuntime app = host.build("Nobody", streams(""));

        assertThatThrownBy(() -> Host.sink(app).connect())
                .isInstanceOf(ConnectionUnavailableException.class)
                .hasMessageContainingAll("'Out'", "'Nobody'", url());
    }

    @Test
    void saysGoodbyeWhenTheAppStops() {
        SiddhiAppRuntime app = start("");
        eventually().until(() -> server.connections() == 1);

        app.shutdown();

        eventually().until(() -> server.received().size() == 1);
        assertThat(server.received().get(0).closeCode()).isEqualTo(1000);
    }

    @Test
    void staysClosedWhenSiddhiConnectsItAgainDuringTheShutdown() throws Exception {
        SiddhiAppRuntime app = start("");
        Sink<?> sink = Host.sink(app);
        app.shutdown();

        sink.connect();

        eventually().during(Duration.ofMillis(300)).until(() -> server.connections() == 0);
        assertThat(server.handshakes()).hasSize(1);
    }

    private String url() {
        return "ws://127.0.0.1:" + server.port() + "/in";
    }

    private String streams(String options) {
        return "@sink(type='websocket', url='" + url() + "', " + options
                + " @map(type='payload')) define stream Out (payload string);";
    }

    private SiddhiAppRuntime start(String options) {
        return host.start("Out", streams(options));
    }

    private static void send(InputHandler input, String payload) {
        try {
            input.send(new Object[] {payload});
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

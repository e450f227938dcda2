package io.sluice.siddhi.websocket;

import static io.sluice.siddhi.websocket.Host.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.stream.output.StreamCallback;
import io.sluice.siddhi.kit.testing.SourceContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketServerSourceIT extends SourceContract {

    private final int contractPort = Host.freePort();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<JdkClient> clients = new CopyOnWriteArrayList<>();
    private final Host host = new Host();

    @AfterEach
    void close() {
        clients.forEach(JdkClient::close);
        host.close();
    }

    @Override
    protected String sourceAnnotation() {
        return "@source(type='websocket-server', host='127.0.0.1', port='" + contractPort + "', @map(type='payload'))";
    }

    @Override
    protected synchronized void send(String payload) {
        if (clients.isEmpty()) {
            client(contractPort, "/");
        }
        clients.get(0).send(payload);
    }

    @Override
    protected boolean hasUpstream() {
        return false;
    }

    @Override
    protected void stopUpstream() {
        throw new UnsupportedOperationException("clients come and go");
    }

    @Override
    protected void startUpstream() {
        throw new UnsupportedOperationException("clients come and go");
    }

    @Override
    protected OptionalInt listeningPort() {
        return OptionalInt.of(contractPort);
    }

    @Override
    protected boolean belongsToTheSource(Thread thread) {
        return !JdkClient.owns(thread);
    }

    @Test
    void makesStringsOfTextAndBytesOfBinary() {
        SiddhiAppRuntime app = start("Kinds", "");
        List<String> events = Host.events(app, "In");
        JdkClient client = client(app, "/whatever");

        client.send("Grüße \uD83D\uDE00");
        client.send("bin".getBytes(StandardCharsets.UTF_8));

        eventually().until(() -> events.size() == 2);
        assertThat(events).containsExactly("text:Grüße \uD83D\uDE00", "bytes:bin");
        assertThat(host.counter("runner.source.events.received", "app", "Kinds"))
                .isEqualTo(2);
    }

    @Test
    void keepsTheConnectionWhenAMessageCannotBeMapped() {
        SiddhiAppRuntime app = start("Mapping", "");
        List<String> events = Host.events(app, "In");
        JdkClient client = client(app, "/");

        client.send("unmappable");
        client.send("fine");

        eventually().until(() -> events.contains("text:fine"));
        assertThat(client.isClosed()).isFalse();
        assertThat(host.errors().events()).hasSize(1);
    }

    @Test
    void closesOnGarbageAndServesTheOthersOn() throws Exception {
        SiddhiAppRuntime app = start("Garbage", "");
        List<String> events = Host.events(app, "In");
        JdkClient neighbour = client(app, "/");

        try (RawPeer reserved = RawPeer.connect(port(app), "/");
                RawPeer notUtf8 = RawPeer.connect(port(app), "/");
                RawPeer unknown = RawPeer.connect(port(app), "/")) {
            reserved.send(0xf1, new byte[] {1});
            notUtf8.send(0x81, new byte[] {(byte) 0xc3, (byte) 0x28});
            unknown.send(0x83, new byte[] {1});

            assertThat(reserved.read().closeCode()).isEqualTo(1002);
            assertThat(notUtf8.read().closeCode()).isEqualTo(1007);
            assertThat(unknown.read().closeCode()).isEqualTo(1002);
        }
        neighbour.send("still here");

        eventually().until(() -> events.contains("text:still here"));
        assertThat(events).hasSize(1);
    }

    @Test
    void doesNotReadItsClientsWhileTheAppIsBusyAndLosesNothing() throws Exception {
        SiddhiAppRuntime app = start("Busy", "");
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger seen = new AtomicInteger();
        app.addCallback("In", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                try {
                    assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
                for (Event event : events) {
                    if (String.valueOf(event.getData()[0]).startsWith("text:" + seen.get() + "x")) {
                        seen.incrementAndGet();
                    }
                }
            }
        });
        String filler = "x".repeat(10_000);
        int total = 5_000; // 50 MB, far more than all the buffers on the way
        AtomicInteger sent = new AtomicInteger();
        try (RawPeer client = RawPeer.connect(port(app), "/")) {
            Thread sender = new Thread(() -> IntStream.range(0, total).forEach(i -> {
                send(client, i + filler);
                sent.incrementAndGet();
            }));
            sender.start();
            eventually().until(() -> host.gauge("runner.source.queue.events") > 0);
            int held = held(sent);

            assertThat(held).as("sent while the app was busy").isLessThan(total / 2);
            assertThat(host.gauge("runner.source.queue.events")).isLessThan(Intake.MAX_MESSAGES + 64);
            assertThat(client(app, "/").isClosed())
                    .as("others may still connect")
                    .isFalse();

            goOn.countDown();
            eventually().until(() -> seen.get() == total);
            sender.join();
        }
    }

    @Test
    void closesASilentConnectionAfterTheIdleTimeout() {
        SiddhiAppRuntime app = start("Idle", "idle.timeout='300',");

        assertThat(client(app, "/").awaitClose()).isEqualTo("1001 Connection timeout");
    }

    @Test
    void takesEventsOfManyClientsAndClosesThemWith1001() {
        SiddhiAppRuntime app = start("Many", "");
        List<String> events = Host.events(app, "In");
        List<JdkClient> many =
                IntStream.range(0, 50).mapToObj(i -> client(app, "/")).toList();

        many.forEach(client -> client.send("hello"));

        eventually().until(() -> events.size() == 50);
        assertThat(host.gauge("runner.source.connections")).isEqualTo(50);
        app.shutdown();
        many.forEach(client -> assertThat(client.awaitClose()).startsWith("1001"));
    }

    @Test
    void endsTheStartOfItsAppWhenThePortIsInUse() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            host.start(
                    "Blocked",
                    "@source(type='websocket-server', host='127.0.0.1', port='" + other.getLocalPort()
                            + "', @map(type='typed')) define stream In (payload string);");

            assertThat(host.runs("Blocked")).isFalse();
        }
    }

    @Test
    void refusesAMappingThatAsksForTransportProperties() {
        assertThatThrownBy(
                        () -> host.build(
                                "Trp",
                                "@source(type='websocket-server', host='127.0.0.1', port='0',"
                                        + " @map(type='typed', @attributes(payload='trp:remote'))) define stream In (payload string);"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("'trp:remote'");
    }

    private SiddhiAppRuntime start(String name, String options) {
        return host.start(
                name,
                "@source(type='websocket-server', host='127.0.0.1', port='0', " + options
                        + " @map(type='typed')) define stream In (payload string);");
    }

    private static int port(SiddhiAppRuntime app) {
        return ((WebSocketServerSource) Host.source(app)).port();
    }

    private JdkClient client(SiddhiAppRuntime app, String path) {
        return client(port(app), path);
    }

    private JdkClient client(int port, String path) {
        JdkClient client = new JdkClient(http, "ws://127.0.0.1:" + port + path);
        clients.add(client);
        return client;
    }

    private static void send(RawPeer client, String text) {
        try {
            client.sendText(text);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /** How much was sent when nothing more goes out for half a second. */
    private static int held(AtomicInteger sent) {
        int[] last = {-1};
        eventually().pollInterval(Duration.ofMillis(500)).until(() -> {
            int before = last[0];
            last[0] = sent.get();
            return before == last[0];
        });
        return last[0];
    }
}

package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.SiddhiAppRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server-sent events both ways. */
@Timeout(60)
class ServerSentEventsIT {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private SiddhiAppRuntime sink(String options) {
        return host.start(
                "Sink",
                "@sink(type='sse-server', server.url='http://127.0.0.1:0/out'" + options
                        + ", @map(type='payload')) define stream Out (payload string);");
    }

    private static int port(SiddhiAppRuntime app) {
        return ((SSEServerSink) Host.sink(app)).port();
    }

    /** A subscriber that shows what comes over the wire. */
    private static Socket subscribe(int port, String... headers) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("GET /out HTTP/1.1\r\nHost: x\r\n" + String.join("", headers) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String until(Socket socket, String end) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    private static void send(SiddhiAppRuntime app, String payload) throws InterruptedException {
        app.getInputHandler("Out").send(new Object[] {payload});
    }

    @Test
    void framesEventsForEverySubscriber() throws Exception {
        SiddhiAppRuntime app = sink(", headers=\"'X-Kind:live'\"");
        try (Socket one = subscribe(port(app));
                Socket two = subscribe(port(app))) {
            String head = until(one, ":\n\n");
            assertThat(head)
                    .startsWith("HTTP/1.1 200")
                    .contains("text/event-stream")
                    .contains("X-Kind: live");
            until(two, ":\n\n");

            send(app, "first\nline");

            assertThat(until(one, "\n\n\r\n")).contains("\ndata: first\ndata: line\n\n");
            assertThat(until(two, "\n\n\r\n")).contains("id: ").contains("data: first");
        }
    }

    @Test
    void goesOnBehindTheLastEventIdAndTellsOfGaps() throws Exception {
        SiddhiAppRuntime app = sink(", replay.size='3'");
        String run;
        try (Socket socket = subscribe(port(app))) {
            until(socket, ":\n\n");
            send(app, "e1");
            String frame = until(socket, "data: e1");
            run = frame.substring(frame.indexOf("id: ") + 4, frame.indexOf("-1\n"));
        }
        for (int i = 2; i <= 5; i++) {
            send(app, "e" + i);
        }

        try (Socket socket = subscribe(port(app), "Last-Event-ID: " + run + "-3\r\n")) {
            assertThat(until(socket, "data: e5"))
                    .doesNotContain("e3")
                    .contains("data: e4")
                    .doesNotContain("gap");
        }
        try (Socket socket = subscribe(port(app), "Last-Event-ID: " + run + "-1\r\n")) {
            assertThat(until(socket, "data: e5")).contains("event: gap").contains("data: e3");
        }
        try (Socket socket = subscribe(port(app), "Last-Event-ID: somebody-else\r\n")) {
            assertThat(until(socket, "data: e5")).contains("event: gap");
        }
    }

    @Test
    void disconnectsASubscriberThatDoesNotRead() throws Exception {
        SiddhiAppRuntime app = sink(", queue.bytes='100000', replay.size='0'");
        try (Socket slow = subscribe(port(app))) {
            until(slow, ":\n\n");
            String large = "x".repeat(50_000);

            Host.eventually().until(() -> {
                send(app, large);
                return host.gauge("runner.sink.connections") == 0;
            });

            assertThat(host.counter("runner.sink.slow.consumers.disconnected")).isEqualTo(1);
        }
    }

    @Test
    void refusesStrangersAndKeepsOthersOut() throws Exception {
        SiddhiAppRuntime app = sink(", basic.auth.enabled='true', basic.auth.users=\"'a:b'\", max.subscribers='1'");
        Web web = new Web(port(app));
        assertThat(web.send("GET", "/out").statusCode()).isEqualTo(401);
        try (Socket admitted = subscribe(port(app), "Authorization: Basic YTpi\r\n")) {
            until(admitted, ":\n\n");
            assertThat(web.send("GET", "/out", "Authorization", "Basic YTpi").statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    void feedsASourceWithoutGapOrDuplicateAcrossALoss() throws Exception {
        try (EventServer server = new EventServer()) {
            SiddhiAppRuntime app = host.build(
                    "Source",
                    "@source(type='sse', receiver.url='" + server.url() + "', @map(type='payload', @attributes("
                            + "payload='x', id='trp:id', kind='trp:event', sender='trp:X-From')))"
                            + " define stream In (payload string, id string, kind string, sender string);");
            List<List<Object>> rows = Host.rows(app, "In");
            app.start();
            Host.eventually().until(() -> server.connections() == 1);

            for (int i = 1; i <= 50; i++) {
                server.send("e" + i);
                if (i % 10 == 0) {
                    server.loseClients();
                }
            }

            Host.eventually().until(() -> rows.size() >= 50);
            assertThat(rows)
                    .extracting(row -> row.get(0))
                    .isEqualTo(
                            IntStream.rangeClosed(1, 50).mapToObj(i -> "e" + i).toList());
            assertThat(rows.get(49)).containsExactly("e50", "50", "message", "test");
            assertThat(server.askedFrom().get(0)).isEmpty();
            assertThat(server.askedFrom().get(1)).isEqualTo("10");
        }
    }

    @Test
    void takesAnOldServersChunksAsTheyCome() throws Exception {
        try (Upstream upstream = new Upstream()) {
            upstream.answers(request -> Upstream.Says.of(200, "{\"raw\":1}"));
            SiddhiAppRuntime app = host.build(
                    "Raw",
                    "@source(type='sse', receiver.url='" + upstream.url("/") + "', reconnect.interval='60000',"
                            + " @map(type='payload')) define stream In (payload string);");
            List<List<Object>> rows = Host.rows(app, "In");
            app.start();

            Host.eventually().until(() -> rows.size() == 1);
            assertThat(rows).containsExactly(List.of("{\"raw\":1}"));
        }
    }

    @Test
    void carriesEventsFromASinkToASource() throws Exception {
        SiddhiAppRuntime from = sink("");
        SiddhiAppRuntime to = host.build(
                "Source",
                "@source(type='sse', receiver.url='http://127.0.0.1:" + port(from)
                        + "/out', @map(type='payload')) define stream In (payload string);");
        List<List<Object>> rows = Host.rows(to, "In");
        to.start();
        Host.eventually().until(() -> host.gauge("runner.sink.connections") == 1);

        for (int i = 0; i < 200; i++) {
            send(from, "line\n" + i);
        }

        Host.eventually().until(() -> rows.size() == 200);
        assertThat(rows)
                .extracting(row -> row.get(0))
                .isEqualTo(IntStream.range(0, 200).mapToObj(i -> "line\n" + i).toList());
    }
}

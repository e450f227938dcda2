package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.exception.SiddhiAppCreationException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the http source promises. */
@Timeout(60)
class HttpReceivingIT {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private static String source(String options) {
        return "@source(type='http', receiver.url='http://127.0.0.1:0/in'" + options
                + ", @map(type='payload')) define stream In (payload string);";
    }

    private static Web web(SiddhiAppRuntime app) {
        return new Web(((ListeningSource) Host.source(app)).port());
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answersOkWithAnEmptyBodyAfterTheAppHasProcessedTheEvent() throws Exception {
        SiddhiAppRuntime app = host.build("Ok", source(""));
        Semaphore done = new Semaphore(0);
        Host.each(app, "In", row -> done.acquireUninterruptibly());
        app.start();

        CompletableFuture<HttpResponse<String>> answer = web(app).postLater("/in", "a");
        Host.eventually().until(done::hasQueuedThreads);
        assertThat(answer).isNotDone();
        done.release();

        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(answer.get().body()).isEmpty();
    }

    @Test
    void keepsLineEndsAndReadsTheCharsetOfTheContentType() throws Exception {
        SiddhiAppRuntime app = host.build("Text", source(""));
        List<List<Object>> rows = Host.rows(app, "In");
        app.start();

        web(app).post("/in", "one\r\ntwo\n");
        web(app).post("/in", "grün");
        try (Socket raw = new Socket("127.0.0.1", ((ListeningSource) Host.source(app)).port())) {
            raw.getOutputStream()
                    .write(("POST /in HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain;charset=iso-8859-1\r\n"
                                    + "Content-Length: 4\r\nConnection: close\r\n\r\ngrün")
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(text(raw.getInputStream())).startsWith("HTTP/1.1 200");
        }

        assertThat(rows).containsExactly(List.of("one\r\ntwo\n"), List.of("grün"), List.of("grün"));
    }

    @Test
    void refusesWhatTheContractRefuses() throws Exception {
        SiddhiAppRuntime app = host.start("Codes", source(""));
        Web web = web(app);

        assertThat(web.send("GET", "/in").statusCode()).isEqualTo(400);
        assertThat(web.send("PUT", "/in").headers().firstValue("Allow")).hasValue("POST, OPTIONS");
        assertThat(web.post("/in", "").statusCode()).isEqualTo(405);
        assertThat(web.post("/nowhere", "a").statusCode()).isEqualTo(404);
        assertThat(web.post("/in/", "a").statusCode()).isEqualTo(404);
        HttpResponse<String> unknown = web.post("/in", "a", "Content-Encoding", "br");
        assertThat(unknown.statusCode()).isEqualTo(415);
        assertThat(unknown.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void allowsBrowsersWhatTheyAskBeforehand() throws Exception {
        SiddhiAppRuntime app = host.start("Cors", source(""));
        HttpResponse<String> preflight =
                web(app).send("OPTIONS", "/in", "Origin", "http://page", "Access-Control-Request-Headers", "x-unit");

        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .hasValue("*");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
                .hasValue("POST");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .hasValue("x-unit");
        assertThat(web(app).post("/in", "a", "Origin", "http://page")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .hasValue("*");
    }

    @Test
    void carriesHeadersQueryParametersAndTheRequestAsTransportProperties() throws Exception {
        SiddhiAppRuntime app = host.build(
                "Trp",
                "@source(type='http', receiver.url='http://127.0.0.1:0/in', @map(type='payload', @attributes("
                        + "payload='x', unit='trp:x-unit', page='trp:_page_no', path='trp:TO')))"
                        + " define stream In (payload string, unit string, page string, path string);");
        List<List<Object>> rows = Host.rows(app, "In");
        app.start();

        web(app).post("/in?page_no=a%20b", "1", "X-Unit", "celsius");
        assertThat(rows).containsExactly(List.of("1", "celsius", "a b", "/in?page_no=a%20b"));
    }

    @Test
    void saysWhyAPayloadCouldNotBeMapped() throws Exception {
        SiddhiAppRuntime app = host.build(
                "Json",
                "@source(type='http', receiver.url='http://127.0.0.1:0/in', @map(type='json'))"
                        + " define stream In (id string, amount int);");
        List<List<Object>> rows = Host.rows(app, "In");
        app.start();

        HttpResponse<String> broken = web(app).post("/in", "{\"event\":{\"id\":\"a\",\"amount\":\"much\"}}");
        HttpResponse<String> good = web(app).post("/in", "{\"event\":{\"id\":\"a\",\"amount\":5}}");

        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(broken.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(broken.body()).contains("stream 'In'").contains("amount");
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(rows).containsExactly(List.of("a", 5));
        assertThat(host.errors().events()).hasSize(1);
    }

    @Test
    void admitsOnlyUsersOfTheAppOrTheConfiguration() throws Exception {
        host.configure(Map.of("source.http.basicAuthUsers", "'bob:b:1'"));
        SiddhiAppRuntime app =
                host.start("Auth", source(", basic.auth.enabled='true', basic.auth.users=\"'alice:secret'\""));
        Web web = web(app);

        assertThat(web.post("/in", "a").headers().firstValue("WWW-Authenticate"))
                .isPresent();
        assertThat(web.post("/in", "a").statusCode()).isEqualTo(401);
        assertThat(web.post("/in", "a", "Authorization", basic("alice:wrong")).statusCode())
                .isEqualTo(401);
        assertThat(web.post("/in", "a", "Authorization", basic("carol:secret")).statusCode())
                .isEqualTo(401);
        assertThat(web.post("/in", "a", "Authorization", "Basic %%%").statusCode())
                .isEqualTo(401);
        assertThat(web.post("/in", "a", "Authorization", basic("alice:secret")).statusCode())
                .isEqualTo(200);
        assertThat(web.post("/in", "a", "Authorization", basic("bob:b:1")).statusCode())
                .isEqualTo(200);
        host.configure(Map.of());
        assertThatThrownBy(() -> host.build("NoUsers", source(", basic.auth.enabled='true'")))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("basicAuthUsers");
    }

    @Test
    void refusesBodiesAboveTheLimitWhetherAnnouncedOrChunkedOrPacked() throws Exception {
        SiddhiAppRuntime app = host.start(
                "Size",
                source(", request.size.validation.configurations=\"'request.size.validation:true',"
                        + "'request.size.validation.maximum.value:1000'\""));
        int port = ((ListeningSource) Host.source(app)).port();

        assertThat(new Web(port).post("/in", "x".repeat(1000)).statusCode()).isEqualTo(200);
        assertThat(new Web(port).post("/in", "x".repeat(1001)).statusCode()).isEqualTo(413);
        assertThat(raw(
                        port,
                        "POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + "x".repeat(1024)
                                + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
        java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
        try (OutputStream gzip = new java.util.zip.GZIPOutputStream(packed)) {
            gzip.write("x".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        }
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(("POST /in HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.size()
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(packed.toByteArray());
            socket.shutdownOutput();
            assertThat(text(socket.getInputStream())).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void unpacksGzip() throws Exception {
        SiddhiAppRuntime app = host.build("Gzip", source(""));
        List<List<Object>> rows = Host.rows(app, "In");
        app.start();
        java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
        try (OutputStream gzip = new java.util.zip.GZIPOutputStream(packed)) {
            gzip.write("hello".getBytes(StandardCharsets.UTF_8));
        }
        try (Socket socket = new Socket("127.0.0.1", ((ListeningSource) Host.source(app)).port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: "
                                            + packed.size() + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(packed.toByteArray());
            assertThat(text(socket.getInputStream())).startsWith("HTTP/1.1 200");
        }
        assertThat(rows).containsExactly(List.of("hello"));
    }

    @Test
    void answersPipelinedRequestsInOrderOnOneConnection() throws Exception {
        SiddhiAppRuntime app = host.build("Pipe", source(""));
        List<List<Object>> rows = Host.rows(app, "In");
        app.start();
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            requests.append("POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n")
                    .append(i == 19 ? "Connection: close\r\n" : "")
                    .append("\r\n")
                    .append((char) ('a' + i))
                    .append('!');
        }

        String answers = raw(((ListeningSource) Host.source(app)).port(), requests.toString());

        assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(21);
        assertThat(rows).hasSize(20);
        assertThat(rows.get(0)).containsExactly("a!");
        assertThat(rows.get(19)).containsExactly("t!");
    }

    @Test
    void refusesWithRetryAfterWhatASlowAppCannotTakeAndLosesNothing() throws Exception {
        SiddhiAppRuntime app = host.build("Slow", source(", max.in.flight='5'"));
        CountDownLatch gate = new CountDownLatch(1);
        List<Object> taken = new java.util.concurrent.CopyOnWriteArrayList<>();
        Host.each(app, "In", row -> {
            try {
                gate.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            taken.add(row.get(0));
        });
        app.start();
        Web web = web(app);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            answers.add(web.postLater("/in", "e" + i));
        }
        Host.eventually()
                .until(() -> answers.stream().filter(CompletableFuture::isDone).count() == 25);
        gate.countDown();

        List<Object> accepted = new ArrayList<>();
        for (int i : IntStream.range(0, 30).toArray()) {
            HttpResponse<String> answer = answers.get(i).get();
            if (answer.statusCode() == 200) {
                accepted.add("e" + i);
            } else {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            }
        }
        assertThat(accepted).hasSize(5).containsExactlyInAnyOrderElementsOf(taken);
        assertThat(host.counter("runner.source.requests.refused")).isEqualTo(25);
    }

    @Test
    void givesUpOnARequestThatTheAppDoesNotReachInTime() throws Exception {
        SiddhiAppRuntime app = host.build("Late", source(", processing.timeout='300'"));
        CountDownLatch gate = new CountDownLatch(1);
        List<List<Object>> rows = Host.rows(app, "In");
        Host.each(app, "In", row -> {
            try {
                gate.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        app.start();
        CompletableFuture<HttpResponse<String>> first = web(app).postLater("/in", "first");
        Host.eventually().until(() -> rows.size() == 1);
        CompletableFuture<HttpResponse<String>> second = web(app).postLater("/in", "second");

        assertThat(first.get().statusCode()).isEqualTo(503);
        assertThat(second.get().statusCode()).isEqualTo(503);
        gate.countDown();
        assertThat(web(app).post("/in", "third").statusCode()).isEqualTo(200);
        assertThat(rows)
                .as("the second was never given to the app")
                .containsExactly(List.of("first"), List.of("third"));
    }

    @Test
    void tellsTheProducerThatTheAppFailed() throws Exception {
        SiddhiAppRuntime app = host.build(
                "Fails",
                source("") + " define stream Out (payload string);"
                        + " from In select test:boom(payload) as payload insert into Out;");
        app.handleRuntimeExceptionWith(host.resources().failures()::processingFailed); // as the runner does
        app.start();

        HttpResponse<String> answer = web(app).post("/in", "bad");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).doesNotContain("boom");
        assertThat(web(app).post("/in", "good").statusCode()).isEqualTo(200);
    }

    @Test
    void answersWhatWaitsWhenTheAppStops() throws Exception {
        SiddhiAppRuntime app = host.start("Stops", source(""));
        Host.source(app).pause();
        CompletableFuture<HttpResponse<String>> answer = web(app).postLater("/in", "a");
        Host.eventually().until(() -> host.gauge("runner.source.requests.open") == 1);

        app.shutdown();

        assertThat(answer.get().statusCode()).isEqualTo(503);
    }

    @Test
    void refusesAPathThatIsTaken() {
        int port = Host.freePort();
        String stream = "@source(type='http', receiver.url='http://localhost:" + port
                + "/in', @map(type='payload')) define stream In (payload string);";
        host.start("One", stream);
        host.start("Two", stream);

        assertThat(host.runs("One")).isTrue();
        assertThat(host.runs("Two")).isFalse();
    }

    @Test
    void listensWhereTheConfigurationSaysWithoutAnAddress() throws Exception {
        int port = Host.freePort();
        host.configure(Map.of("source.http.defaultHttpPort", String.valueOf(port)));
        host.start("Default App", "@source(type='http', @map(type='payload')) define stream In (payload string);");

        assertThat(new Web(port).post("/Default%20App/In", "a").statusCode()).isEqualTo(200);
    }

    private static String raw(int port, String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return text(socket.getInputStream());
        }
    }

    private static String text(InputStream from) throws Exception {
        return new String(from.readAllBytes(), StandardCharsets.UTF_8);
    }
}

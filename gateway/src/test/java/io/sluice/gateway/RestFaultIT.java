package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told, and what is tried again, when the upstream does not do its part. */
class RestFaultIT {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path apis;

    private RestFixture rest;

    @BeforeEach
    void prepare() throws Exception {
        rest = new RestFixture(apis);
    }

    @AfterEach
    void close() throws Exception {
        rest.close();
    }

    @Test
    void answers502WhenTheUpstreamIsDownAndServesAgainWhenItIsBack() throws Exception {
        rest.start("retries: {attempts: 0}", "breaker: {failures: 1, open-for: 200ms}");
        rest.upstream.stop();

        HttpResponse<String> down = rest.get("/x");
        assertThat(down.statusCode()).isEqualTo(502);
        assertThat(RestFixture.code(down)).isEqualTo("GTW-401");
        assertThat(down.body()).doesNotContain("127.0.0.1"); // nothing of the inner network

        rest.upstream.start();
        await().untilAsserted(() -> assertThat(rest.get("/x").statusCode()).isEqualTo(200));
    }

    @Test
    void answers504WhenNoAnswerBeginsInTime() throws Exception {
        try (RawUpstream silent = new RawUpstream((socket, number) -> {})) {
            rest.startAt(silent.uri(), "timeouts: {first-byte: 200ms}");

            HttpResponse<String> late = rest.get("/x");

            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(RestFixture.code(late)).isEqualTo("GTW-402");
            assertThat(silent.connections()).isEqualTo(1); // a time-out is not tried again
        }
    }

    @Test
    void answers504WhenNoConnectionIsAcceptedInTime() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            List<Socket> waiting = new ArrayList<>(); // fill the queue of connections that nobody accepts
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 100);
                } catch (SocketTimeoutException queueIsFull) {
                    break;
                }
            }
            rest.startAt(URI.create("http://127.0.0.1:" + full.getLocalPort()), "timeouts: {connect: 200ms}");

            HttpResponse<String> late = rest.get("/x");

            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(late.body()).contains("GTW-402", "did not accept a connection within 200 ms");
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void trustsNoUpstreamWhoseCertificateIsUnknown() throws Exception {
        HttpServer stranger = rest.gateway
                .vertx
                .createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(
                                SelfSignedCertificate.create("127.0.0.1").keyCertOptions()))
                .requestHandler(request -> request.response().end("got the token"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        rest.startAt(URI.create("https://127.0.0.1:" + stranger.actualPort()));

        HttpResponse<String> answer = rest.get("/x");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("GTW-401", "TLS did not come about");
    }

    @Test
    void givesAClientThatSendsItsBodySlowlyTheWholeTime() throws Exception {
        rest.start("timeouts: {first-byte: 100ms, whole: 700ms}");
        String head =
                "POST /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "Content-Length: 2\r\n\r\n";

        try (RawClient slow = rest.gateway.raw()) {
            slow.send(head + "a");
            String answer = slow.answer();
            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("GTW-220");
        }
        assertThat(rest.gateway.count("gateway.upstream.faults", "api", "farms"))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Le",
                ""
            })
    void answers502ForWhatIsNoAnswer(String garbage) throws Exception {
        try (RawUpstream broken = new RawUpstream(RawUpstream.says(garbage))) {
            rest.startAt(broken.uri(), "retries: {attempts: 0}", "timeouts: {first-byte: 3s}");

            HttpResponse<String> answer = rest.get("/x");

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(RestFixture.code(answer)).isEqualTo("GTW-404");
            assertThat(rest.gateway.count("gateway.upstream.faults", "api", "farms", "fault", "bad_response"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Content-Length: 10\r\n\r\nhello"})
    void neverMakesHalfAnAnswerLookWhole(String begun) throws Exception {
        try (RawUpstream breaking = new RawUpstream((socket, number) -> {
            RawUpstream.write(socket, "HTTP/1.1 200 OK\r\n" + begun);
            if (begun.startsWith("C")) {
                RawUpstream.reset(socket);
            } else {
                socket.close();
            }
        })) {
            rest.startAt(breaking.uri());

            try (RawClient raw = rest.gateway.raw()) {
                raw.send("GET /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
                assertThat(raw.untilEnd()).doesNotContain("\r\n0\r\n\r\n", "problem");
            }
            assertThat(breaking.connections()).isEqualTo(1); // never again after the first byte of an answer
            assertThat(rest.gateway.count("gateway.upstream.faults", "api", "farms", "fault", "cut"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE"})
    void triesIdempotentCallsAgain(String method) throws Exception {
        try (RawUpstream flaky = new RawUpstream((socket, number) -> {
            if (number < 3) {
                RawUpstream.reset(socket);
            } else {
                RawUpstream.write(socket, OK);
            }
        })) {
            rest.startAt(flaky.uri(), "retries: {attempts: 2, wait: 10ms}");

            assertThat(rest.send(rest.to("/x").method(method, BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(flaky.connections()).isEqualTo(3);
            assertThat(rest.gateway.count("gateway.upstream.retries", "api", "farms"))
                    .isEqualTo(2);
        }
    }

    @Test
    void triesNoMoreThanItMay() throws Exception {
        try (RawUpstream broken = new RawUpstream((socket, number) -> RawUpstream.reset(socket))) {
            rest.startAt(broken.uri(), "retries: {attempts: 2, wait: 10ms}");

            assertThat(rest.get("/x").statusCode()).isEqualTo(502);
            assertThat(broken.connections()).isEqualTo(3);
        }
    }

    @Test
    void neverSendsACallTwiceThatMayHaveDoneSomething() throws Exception {
        try (RawUpstream broken = new RawUpstream((socket, number) -> RawUpstream.reset(socket))) {
            rest.startAt(broken.uri(), "retries: {attempts: 5, wait: 10ms}");

            assertThat(rest.send(rest.to("/x").POST(BodyPublishers.noBody())).statusCode())
                    .isEqualTo(502);
            assertThat(broken.connections()).isEqualTo(1);
            assertThat(rest.send(rest.to("/x").PUT(BodyPublishers.ofString("half sent")))
                            .statusCode())
                    .isEqualTo(502);
            assertThat(broken.connections()).isEqualTo(2);
        }
    }

    @Test
    void stopsAskingAnUpstreamThatIsDownAndTriesItAgainLater() throws Exception {
        rest.start("retries: {attempts: 0}", "breaker: {failures: 3, open-for: 1s}");
        rest.upstream.stop();

        for (int i = 0; i < 3; i++) {
            assertThat(rest.get("/x").statusCode()).isEqualTo(502);
        }
        HttpResponse<String> refused = rest.get("/x");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(RestFixture.code(refused)).isEqualTo("GTW-403");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(rest.gateway.health.states().get("api farms").up()).isFalse();
        assertThat(rest.gateway.gauge("gateway.upstream.breaker.state")).isEqualTo(2);
        assertThat(rest.gateway.count("gateway.upstream.breaker.opened", "api", "farms"))
                .isEqualTo(1);

        rest.upstream.start();
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(rest.get("/x").statusCode()).isEqualTo(200));
        assertThat(rest.gateway.health.states().get("api farms").up()).isTrue();
        assertThat(rest.gateway.gauge("gateway.upstream.breaker.state")).isZero();
    }

    @Test
    void takesAnErrorOfTheUpstreamAsAnAnswer() throws Exception {
        rest.start("breaker: {failures: 1}");
        rest.upstream.answer(request -> request.response()
                .setStatusCode(503)
                .putHeader("Retry-After", "7")
                .end("busy"));

        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = rest.get("/x");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("busy");
            assertThat(answer.headers().firstValue("Retry-After")).contains("7");
        }
        assertThat(rest.upstream.requests()).isEqualTo(3);
    }

    @Test
    void refusesWhatFindsNoConnectionAndNoPlaceToWait() throws Exception {
        rest.start("limits: {connections: 1, waiting: 0}");
        rest.upstream.answer(request -> {}); // never answers
        try (RawClient first = rest.gateway.raw()) {
            first.send("GET /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
            await().until(() -> rest.upstream.requests() == 1);

            HttpResponse<String> second = rest.get("/x");

            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(RestFixture.code(second)).isEqualTo("GTW-405");
            assertThat(second.headers().firstValue("Retry-After")).contains("1");
            assertThat(rest.gateway.health.states().get("api farms").up()).isTrue();
        }
        rest.upstream.answer(request -> request.response().end("free"));
        await().untilAsserted(() -> assertThat(rest.get("/x").statusCode()).isEqualTo(200)); // the first left
        assertThat(rest.gateway.count("gateway.requests", "api", "farms", "status", "499"))
                .isEqualTo(1);
    }

    @Test
    void tellsTheUpstreamThatTheClientLeft() throws Exception {
        rest.start();
        java.util.concurrent.CompletableFuture<Void> gone = new java.util.concurrent.CompletableFuture<>();
        rest.upstream.answer(request -> request.connection().closeHandler(closed -> gone.complete(null)));
        try (RawClient client = rest.gateway.raw()) {
            client.send("GET /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
            await().until(() -> rest.upstream.requests() == 1);
        }

        assertThat(gone).succeedsWithin(Duration.ofSeconds(5));
        await().until(() -> rest.gateway.gauge("gateway.upstream.in.flight") == 0);
    }

    @Test
    void refusesBodiesThatAreTooLarge() throws Exception {
        rest.start("limits: {request: 1KiB, response: 1KiB}");

        HttpResponse<String> told = rest.send(rest.to("/x").POST(BodyPublishers.ofString("x".repeat(1025))));
        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(RestFixture.code(told)).isEqualTo("GTW-214");
        assertThat(rest.upstream.requests()).isZero();
        HttpRequest.BodyPublisher chunked = BodyPublishers.fromPublisher(BodyPublishers.ofString("x".repeat(1025)));
        assertThat(rest.send(rest.to("/x").POST(chunked)).statusCode()).isEqualTo(413);

        rest.upstream.answer(request -> request.response().end("y".repeat(1025)));
        HttpResponse<String> large = rest.get("/x");
        assertThat(large.statusCode()).isEqualTo(502);
        assertThat(RestFixture.code(large)).isEqualTo("GTW-406");
        rest.upstream.answer(request -> {
            request.response().setChunked(true);
            request.response().end("y".repeat(1025));
        });
        try (RawClient raw = rest.gateway.raw()) {
            raw.send("GET /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
            assertThat(raw.untilEnd()).doesNotContain("\r\n0\r\n\r\n"); // cut, not ended
        }
    }
}

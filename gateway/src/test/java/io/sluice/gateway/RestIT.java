package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What passes through a REST API and how, when all is well. */
class RestIT {

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
    void carriesEveryMethodAndBody() throws Exception {
        rest.start();

        for (String method : new String[] {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
            String body = method.equals("GET") ? "" : "{\"crop\":\"maize\"}";
            JsonObject asked =
                    rest.asked(rest.to("/farms/7?since=1&q=a%20b").method(method, BodyPublishers.ofString(body)));

            assertThat(asked.getString("method")).isEqualTo(method);
            assertThat(asked.getString("uri")).isEqualTo("/base/farms/7?since=1&q=a%20b");
            assertThat(asked.getString("body")).isEqualTo(body);
        }
        await().untilAsserted(
                        () -> { // counted at the end of the answer, which a client may see first
                            assertThat(rest.gateway.count("gateway.requests", "api", "farms", "status", "200"))
                                    .isEqualTo(6);
                            assertThat(rest.gateway
                                            .meters
                                            .get("gateway.request.duration")
                                            .timer()
                                            .count())
                                    .isEqualTo(6);
                            assertThat(rest.gateway.gauge("gateway.upstream.in.flight"))
                                    .isZero();
                        });
    }

    @Test
    void carriesChunkedAndEmptyBodies() throws Exception {
        rest.start();

        JsonObject chunked =
                rest.asked(rest.to("/x").POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("abc"))));
        assertThat(chunked.getString("body")).isEqualTo("abc");
        assertThat(chunked.getJsonObject("headers").getJsonArray("transfer-encoding"))
                .isEqualTo(new JsonArray().add("chunked"));

        JsonObject empty = rest.asked(rest.to("/x").POST(BodyPublishers.noBody()));
        assertThat(empty.getString("body")).isEmpty();
        assertThat(empty.getJsonObject("headers").getJsonArray("content-length"))
                .isEqualTo(new JsonArray().add("0"));

        String none = rest.raw("GET /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
        assertThat(none).startsWith("HTTP/1.1 200 ").doesNotContain("\"content-length\"", "\"transfer-encoding\"");
    }

    @Test
    void servesItsOwnPathWithAndWithoutASlashAndNothingBeside() throws Exception {
        rest.start();

        assertThat(rest.asked(rest.to("")).getString("uri")).isEqualTo("/base");
        assertThat(rest.asked(rest.to("/")).getString("uri")).isEqualTo("/base/");
        assertThat(rest.asked(rest.to("?a=1")).getString("uri")).isEqualTo("/base?a=1");
        assertThat(rest.get("x/y").statusCode()).isEqualTo(404);
        assertThat(rest.upstream.requests()).isEqualTo(3);
    }

    @Test
    void keepsTheWholePathWhereItIsTold() throws Exception {
        rest.start("strip-path: false");

        assertThat(rest.asked(rest.to("/a/b")).getString("uri")).isEqualTo("/base/farms/1.0/a/b");
    }

    @Test
    void passesStatusHeadersAndBodyBack() throws Exception {
        rest.start();
        rest.upstream.answer(request -> withCookies(request.response())
                .setStatusCode(201)
                .setStatusMessage("Grown")
                .putHeader("Location", rest.upstream.uri() + "/farms/8")
                .putHeader("ETag", "\"v1\"")
                .putHeader("Connection", "X-Hop")
                .putHeader("X-Hop", "1")
                .putHeader("Keep-Alive", "timeout=5")
                .end("made"));

        HttpResponse<String> answer = rest.send(rest.to("/farms").POST(BodyPublishers.ofString("x")));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("made");
        assertThat(answer.headers().firstValue("Location")).contains("/farms/1.0/farms/8");
        assertThat(answer.headers().firstValue("ETag")).contains("\"v1\"");
        assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(answer.headers().map()).doesNotContainKeys("X-Hop", "Keep-Alive");
        assertThat(answer.headers().allValues("X-Request-Id")).hasSize(1);
    }

    @Test
    void answersHeadAndBodilessStatusesWithoutABody() throws Exception {
        rest.start();
        rest.upstream.answer(request -> {
            int status = Integer.parseInt(request.path().substring(6));
            request.response().setStatusCode(status).putHeader("ETag", "\"v\"");
            if (status == 200) {
                request.response().putHeader("Content-Length", "5").end("12345");
            } else {
                request.response().end();
            }
        });

        try (RawClient raw =
                rest.gateway.raw()) { // one connection: a wrong length would put the next answer out of step
            raw.send("HEAD /farms/1.0/200 HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
            assertThat(raw.head()).startsWith("HTTP/1.1 200 ").contains("content-length: 5\r\n");
            for (int status : new int[] {204, 304}) {
                raw.send("GET /farms/1.0/" + status + " HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
                assertThat(raw.head())
                        .startsWith("HTTP/1.1 " + status + " ")
                        .contains("etag: ")
                        .doesNotContain("transfer-encoding");
            }
            raw.send("GET /farms/1.0/200 HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
            assertThat(raw.answer()).startsWith("HTTP/1.1 200 ").endsWith("12345");
        }
    }

    @Test
    void answersHttp10WithoutChunks() throws Exception {
        rest.start();
        rest.upstream.answer(request -> {
            request.response().setChunked(true);
            request.response().write("half ");
            request.response().end("whole");
        });

        try (RawClient raw = rest.gateway.raw()) {
            raw.send("GET /farms/1.0/x HTTP/1.0\r\n" + RestFixture.AUTHORIZATION + "\r\n");
            assertThat(raw.untilEnd())
                    .contains(" 200 ")
                    .doesNotContain("chunked")
                    .endsWith("half whole");
        }
    }

    @Test
    void sends100ContinueOnlyWhereTheBodyIsWanted() throws Exception {
        rest.start("limits: {request: 10B}");
        String post = "POST /farms/1.0/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n";

        try (RawClient raw = rest.gateway.raw()) {
            raw.send(post + RestFixture.AUTHORIZATION + "Content-Length: 3\r\n\r\n");
            assertThat(raw.head()).startsWith("HTTP/1.1 100 ");
            raw.send("abc");
            assertThat(raw.answer())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"body\":\"abc\"")
                    .doesNotContain("expect");
        }
        assertThat(rest.raw(post + "Content-Length: 3\r\n\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(rest.raw(post + RestFixture.AUTHORIZATION + "Content-Length: 11\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(rest.raw(post.replace("100-continue", "miracles") + RestFixture.AUTHORIZATION
                        + "Content-Length: 3\r\n\r\n"))
                .startsWith("HTTP/1.1 417 ");
    }

    @Test
    void passesTrailersToThoseWhoAskForThem() throws Exception {
        rest.start();
        rest.upstream.answer(request -> {
            request.response().setChunked(true).putTrailer("X-Sum", "42").putTrailer("Content-Length", "1");
            request.response().end("data");
        });

        for (boolean asks : new boolean[] {true, false}) {
            try (RawClient raw = rest.gateway.raw()) {
                raw.send("GET /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + (asks ? "TE: trailers\r\n" : "")
                        + RestFixture.AUTHORIZATION + "Connection: close\r\n\r\n");
                String answer = raw.untilEnd();
                assertThat(answer).contains("4\r\ndata\r\n0\r\n");
                assertThat(answer.contains("0\r\nX-Sum: 42\r\n\r\n")).isEqualTo(asks);
                assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("content-length");
            }
        }
    }

    @Test
    void asksForTheScopesOfTheApiAndOfTheOperation() throws Exception {
        rest.start(
                "scopes: [productions:read]",
                "operations:",
                "  - {path: '/farms/{id}', methods: [GET], scopes: [other]}",
                "  - {path: '/farms/{id}', methods: [DELETE], scopes: [farms:admin]}",
                "  - {path: '/farms/secret', methods: [GET], scopes: [farms:admin]}",
                "  - {path: '/files/**', methods: [GET]}");

        assertThat(rest.get("/farms/1").statusCode()).isEqualTo(200);
        assertThat(rest.get("/files/a/b").statusCode()).isEqualTo(200);
        assertThat(rest.send(rest.to("/farms/1").method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> delete = rest.send(rest.to("/farms/1").DELETE());
        assertThat(delete.statusCode()).isEqualTo(403);
        assertThat(delete.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("insufficient_scope", "scope=\"farms:admin productions:read\"");
        assertThat(rest.get("/farms/secret").statusCode()).isEqualTo(403);
        assertThat(rest.get("/farms/s%65cret").statusCode()).isEqualTo(403);
        HttpResponse<String> post = rest.send(rest.to("/farms/1").POST(BodyPublishers.ofString("x")));
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(RestFixture.code(post)).isEqualTo("GTW-212");
        assertThat(post.headers().firstValue("Allow")).contains("DELETE, GET, HEAD");
        HttpResponse<String> none = rest.get("/farms");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(RestFixture.code(none)).isEqualTo("GTW-211");
        assertThat(rest.upstream.requests()).isEqualTo(3);
    }

    @Test
    void refusesWhoHasNoGoodToken() throws Exception {
        rest.start("scopes: [productions:read]");

        HttpResponse<String> none = rest.send(HttpRequest.newBuilder(rest.url("/x?access_token=" + FakeVerifier.GOOD)));
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith("Bearer realm=\"sluice\", resource_metadata=")
                .doesNotContain("error");
        assertThat(none.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(RestFixture.code(none)).isEqualTo("GTW-301");
        HttpResponse<String> forged =
                rest.send(HttpRequest.newBuilder(rest.url("/x")).header("Authorization", "Bearer forged.x.y"));
        assertThat(forged.statusCode()).isEqualTo(401);
        assertThat(forged.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("invalid_token");
        HttpResponse<String> poor = rest.send(
                HttpRequest.newBuilder(rest.url("/x")).header("Authorization", "Bearer " + FakeVerifier.POOR));
        assertThat(poor.statusCode()).isEqualTo(403);
        HttpResponse<String> twice = rest.get("/x?access_token=a");
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(RestFixture.code(twice)).isEqualTo("GTW-305");
        HttpResponse<String> unknown = rest.send(
                HttpRequest.newBuilder(rest.url("/x")).header("Authorization", "Bearer " + FakeVerifier.UNCHECKABLE));
        assertThat(unknown.statusCode()).isEqualTo(503);
        assertThat(unknown.headers().firstValue("Retry-After")).contains("3");
        assertThat(rest.upstream.requests()).isZero();
    }

    @Test
    void letsEverybodyCallAPublicApi() throws Exception {
        rest.start("public: true");

        JsonObject asked = rest.asked(HttpRequest.newBuilder(rest.url("/x")).header("Authorization", "Basic eDp5"));

        assertThat(asked.getJsonObject("headers").getMap()).doesNotContainKey("authorization");
    }

    @Test
    void answersWhileTheUpstreamHasNotReadTheBody() throws Exception {
        rest.start();
        rest.upstream.answer(request -> {
            request.pause();
            request.response().setStatusCode(403).end("no thanks");
        });

        try (RawClient raw = rest.gateway.raw()) {
            raw.send("POST /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION
                    + "Content-Length: 1000\r\n\r\nabc");
            assertThat(raw.answer()).startsWith("HTTP/1.1 403 ").endsWith("no thanks");
            assertThat(raw.ended()).isTrue(); // the rest never comes, the connection cannot be used again
        }
    }

    @Test
    void asksTheApiWithTheLongestPath() throws Exception {
        java.nio.file.Files.writeString(
                apis.resolve("inner.yaml"),
                "name: inner\ncontext: farms/1.0/inner\nversion: v1\nupstream: " + rest.upstream.uri() + "/inner\n");
        rest.start();

        assertThat(rest.asked(rest.to("/inner/v1/x")).getString("uri")).isEqualTo("/base/inner/x");
        assertThat(rest.asked(rest.to("/inner/v10/x")).getString("uri")).isEqualTo("/base/inner/v10/x");
    }

    @Test
    void servesStreamingApisBeside() throws Exception {
        rest.start();

        try (JdkClient subscriber = rest.gateway.open()) {
            assertThat(rest.get("/x").statusCode()).isEqualTo(200);
            rest.gateway.upstream.sendText("event");
            await().until(() -> subscriber.texts.contains("event"));
        }
        assertThat(rest.gateway.gateway().apis())
                .extracting(ServedApi::url)
                .extracting(Object::toString)
                .containsExactlyInAnyOrder(
                        rest.gateway.productions().toString(), rest.url("").toString());
        assertThat(rest.gateway.health.states().get("api farms").up()).isTrue();
    }

    @Test
    void finishesCallsUnderWayWhenItStops() throws Exception {
        rest.start();
        rest.upstream.answer(request ->
                rest.gateway.vertx.setTimer(500, late -> request.response().end("done")));

        var answer = rest.client().sendAsync(rest.to("/x").build(), HttpResponse.BodyHandlers.ofString());
        await().until(() -> rest.upstream.requests() == 1);
        rest.gateway.gateway().close();

        assertThat(answer.get(5, TimeUnit.SECONDS).body()).isEqualTo("done");
    }

    private static HttpServerResponse withCookies(HttpServerResponse response) {
        response.headers().add("Set-Cookie", "a=1").add("Set-Cookie", "b=2");
        return response;
    }
}

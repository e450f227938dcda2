package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that want to be read in two ways, or to say who sent them. */
class RestHostileIT {

    private static final String GET = "GET /farms/1.0/x HTTP/1.1\r\n";
    private static final String POST = "POST /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION;
    private static final String SECOND =
            "GET /farms/1.0/smuggled HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n";

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
                "Content-Length: 0, 5\r\n\r\n",
                "Content-Length: +0\r\n\r\n",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: 0x0\r\n\r\n",
                "Content-Length : 0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: identity\r\n\r\n",
                "Host: other\r\nContent-Length: 0\r\n\r\n",
                "X-A: 1\r\n Content-Length: 5\r\nHost: b\r\n\r\n",
                "X-A: a\0b\r\nContent-Length: 0\r\n\r\n"
            })
    void refusesFramingThatTwoServersCouldReadInTwoWaysAndHangsUp(String rest1) throws Exception {
        rest.start();

        try (RawClient raw = rest.gateway.raw()) {
            raw.send(POST + rest1 + SECOND);
            String all = raw.untilEnd();
            assertThat(all).startsWith("HTTP/1.1 400 ");
            assertThat(all.split("HTTP/1\\.1 ", -1)).as("answers").hasSize(2); // one answer, then the end
        }
        assertThat(rest.upstream.requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Host: a\r\nHost: b\r\n", "Host: a/b\r\n", "Host: user@h\r\n", "Host: h:x\r\n", "Host:\r\n"})
    void refusesARequestWithoutExactlyOneGoodHost(String hosts) throws Exception {
        rest.start();

        assertThat(rest.raw(GET + hosts + RestFixture.AUTHORIZATION + "\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(rest.upstream.requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../admin",
                "/a/../../admin",
                "/%2e%2e/admin",
                "/.%2E/admin",
                "/./a",
                "/a/..",
                "/a//b",
                "/a%2Fb",
                "/a%2fb",
                "/a%5cb",
                "/a\\b",
                "/%252e%252e/a",
                "/a%252Fb",
                "/a;x=1",
                "/..;/a",
                "/a%3Bb",
                "/a%00b",
                "/a%0d%0aX:1",
                "/a%",
                "/a%4",
                "/a%zz",
                "/a#b",
                "/a\"b",
                "/a<b",
                "/a?b=\u00e9"
            })
    void refusesPathsThatTwoServersCouldReadInTwoWays(String path) throws Exception {
        rest.start();

        String answer =
                rest.raw("GET /farms/1.0" + path + " HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("GTW-213");
        assertThat(rest.upstream.requests()).isZero();
    }

    @Test
    void takesAnAbsoluteTargetOnlyForItsOwnHost() throws Exception {
        rest.start();

        String own = rest.raw("GET http://h/farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
        assertThat(own).startsWith("HTTP/1.1 200 ").contains("\"uri\":\"/base/x\"");
        String other =
                rest.raw("GET http://other/farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
        assertThat(other).startsWith("HTTP/1.1 400 ").contains("GTW-213");
        for (String line : new String[] {"CONNECT h:80", "OPTIONS *", "GET farms/1.0/x", "GET //h/farms/1.0/x"}) {
            assertThat(rest.raw(line + " HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n"))
                    .as(line)
                    .matches("(?s)HTTP/1.1 (400|404|405) .*");
        }
        assertThat(rest.upstream.requests()).isEqualTo(1);
    }

    @Test
    void neverForwardsTraceNorAnUpgrade() throws Exception {
        rest.start();

        assertThat(rest.raw("TRACE /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n"))
                .startsWith("HTTP/1.1 405 ");
        assertThat(rest.raw(RawClient.handshake("/farms/1.0/x", "Authorization: " + RestFixture.BEARER)))
                .startsWith("HTTP/1.1 400 ")
                .contains("GTW-216");
        String h2c = rest.raw(
                GET + "Host: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n"
                        + RestFixture.AUTHORIZATION + "\r\n");
        assertThat(h2c).startsWith("HTTP/1.1 200 ").doesNotContain("h2c", "settings");
        assertThat(rest.upstream.requests()).isEqualTo(1);
    }

    @Test
    void refusesMoreHeaderLinesAndLongerOnesThanItTakes() throws Exception {
        rest.start("limits: {headers: 10}");

        assertThat(rest.raw(GET + "Host: h\r\n" + "X-A: 1\r\n".repeat(10) + "\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("GTW-219");
        assertThat(rest.raw(GET + "Host: h\r\nX-A: " + "a".repeat(20_000) + "\r\n\r\n"))
                .contains(" 431 ", "GTW-210");
        assertThat(rest.raw("GET /farms/1.0/" + "a".repeat(5_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .contains(" 414 ", "GTW-209");
    }

    @Test
    void takesNothingOfHopByHopFieldsToTheUpstream() throws Exception {
        rest.start();

        JsonObject headers =
                asked("Connection: X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: 1\r\nProxy-Authorization: Basic x\r\n"
                        + "Proxy-Connection: x\r\nTE: trailers\r\nTrailer: X-T\r\nX-Kept: 1\r\n");

        assertThat(headers.getMap())
                .containsKey("x-kept")
                .doesNotContainKeys(
                        "connection",
                        "x-hop",
                        "keep-alive",
                        "proxy-authorization",
                        "proxy-connection",
                        "te",
                        "trailer",
                        "authorization",
                        "upgrade");
    }

    @Test
    void carriesOddButLegalHeaders() throws Exception {
        rest.start();

        JsonObject headers = asked("X-Latin: caf\u00e9\r\nx!#$%&'*+.^`|~1: tchar\r\nX-Empty:\r\nX-Tab: a\tb\r\n");

        assertThat(headers.getJsonArray("x-latin")).isEqualTo(one("caf\u00e9"));
        assertThat(headers.getJsonArray("x!#$%&'*+.^`|~1")).isEqualTo(one("tchar"));
        assertThat(headers.getJsonArray("x-empty")).isEqualTo(one(""));
        assertThat(headers.getJsonArray("x-tab")).isEqualTo(one("a\tb"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X(A): 1\r\n", "X A: 1\r\n", ": 1\r\n", "X\0A: 1\r\n", "X-\u00e9: 1\r\n", "no colon\r\n"})
    void refusesHeaderNamesThatAreNone(String line) throws Exception {
        rest.start();

        assertThat(rest.raw(GET + "Host: h\r\n" + RestFixture.AUTHORIZATION + line + "\r\n"))
                .contains(" 400 ");
        assertThat(rest.upstream.requests()).isZero();
    }

    @Test
    void saysItselfWhereARequestComesFrom() throws Exception {
        rest.start();

        JsonObject headers = asked(
                "Forwarded: for=evil\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Proto: https\r\n"
                        + "X-Forwarded-Prefix: /evil\r\nX-Real-IP: 9.9.9.9\r\nX_Forwarded_For: 9.9.9.9\r\nX-Original-URL: /evil\r\n"
                        + "X-HTTP-Method-Override: DELETE\r\nX-Request-Id: abc-1\r\nConnection: X-Forwarded-For, X-Request-Id\r\n");

        assertThat(headers.encode()).doesNotContain("evil", "9.9.9.9", "DELETE");
        assertThat(headers.getJsonArray("forwarded")).isEqualTo(one("for=127.0.0.1;proto=http;host=\"h:1\""));
        assertThat(headers.getJsonArray("x-forwarded-for")).isEqualTo(one("127.0.0.1"));
        assertThat(headers.getJsonArray("x-forwarded-host")).isEqualTo(one("h:1"));
        assertThat(headers.getJsonArray("x-forwarded-proto")).isEqualTo(one("http"));
        assertThat(headers.getJsonArray("x-request-id")).isEqualTo(one("abc-1"));
        assertThat(headers.getJsonArray("via")).isEqualTo(one("1.1 sluice"));
        assertThat(headers.getJsonArray("host"))
                .isEqualTo(one(rest.upstream.uri().getAuthority()));
    }

    @Test
    void extendsWhatATrustedProxySaid() throws Exception {
        rest.start("trust-forwarded: true", "preserve-host: true", "forward-token: true");

        JsonObject headers = asked(
                "Forwarded: for=1.2.3.4\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /x\r\n");

        assertThat(headers.getJsonArray("forwarded"))
                .isEqualTo(one("for=1.2.3.4, for=127.0.0.1;proto=http;host=\"h:1\""));
        assertThat(headers.getJsonArray("x-forwarded-for")).isEqualTo(one("1.2.3.4, 127.0.0.1"));
        assertThat(headers.getJsonArray("x-forwarded-proto")).isEqualTo(one("https"));
        assertThat(headers.getMap()).doesNotContainKey("x-forwarded-prefix");
        assertThat(headers.getJsonArray("host")).isEqualTo(one("h:1"));
        assertThat(headers.getJsonArray("authorization")).isEqualTo(one(RestFixture.BEARER));
    }

    @Test
    void closesTheConnectionOfWhoSendsOnAfterARefusal() throws Exception {
        rest.start();

        try (RawClient raw = rest.gateway.raw()) {
            raw.send("POST /farms/1.0/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nabc");
            assertThat(raw.answer()).startsWith("HTTP/1.1 401 ");
            assertThat(raw.ended()).isTrue();
        }
    }

    @Test
    void usesTheConnectionAgainAfterARefusalWithAWholeBody() throws Exception {
        rest.start();

        try (RawClient raw = rest.gateway.raw()) {
            raw.send("POST /farms/1.0/x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(raw.answer()).startsWith("HTTP/1.1 401 ");
            raw.send(SECOND);
            assertThat(raw.answer()).startsWith("HTTP/1.1 200 ").contains("/base/smuggled");
        }
    }

    private JsonObject asked(String lines) throws Exception {
        String answer = rest.raw(GET + "Host: h:1\r\n" + RestFixture.AUTHORIZATION + lines + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4)).getJsonObject("headers");
    }

    private static JsonArray one(String value) {
        return new JsonArray().add(value);
    }
}

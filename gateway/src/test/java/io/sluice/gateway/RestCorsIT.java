package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers are told about pages of other origins. */
class RestCorsIT {

    private static final String APP = "https://app.example";
    private static final String SIMPLE = "cors: {origins: ['https://app.example', 'http://localhost:3000']}";

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
    void answersAPreflightItselfAndWithoutAToken() throws Exception {
        rest.start(SIMPLE, "operations:", "  - {path: /farms, methods: [GET, POST]}", "scopes: [productions:read]");

        String answer = preflight("/farms", APP, "POST", "authorization, Content-Type");

        assertThat(answer)
                .startsWith("HTTP/1.1 204 ")
                .contains("access-control-allow-origin: " + APP + "\r\n")
                .contains("access-control-allow-methods: GET, HEAD, POST\r\n")
                .contains("access-control-allow-headers: Authorization, Content-Type, ")
                .contains("access-control-max-age: 600\r\n")
                .contains("vary: Origin\r\n", "vary: Access-Control-Request-Method, Access-Control-Request-Headers\r\n")
                .doesNotContain("credentials", "content-length: 0\r\ncontent");
        assertThat(rest.upstream.requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.evil",
                "https://evil-app.example",
                "http://app.example",
                "https://app.example:443",
                "https://APP.example",
                "https://app.example/",
                "null",
                "https://xapp.example"
            })
    void tellsNothingToPagesOfAnotherOrigin(String origin) throws Exception {
        rest.start(SIMPLE);

        assertThat(preflight("/x", origin, "GET", ""))
                .startsWith("HTTP/1.1 403 ")
                .contains("GTW-217")
                .doesNotContain("access-control-allow");
        String simple = get("Origin: " + origin + "\r\n" + RestFixture.AUTHORIZATION);
        assertThat(simple)
                .startsWith("HTTP/1.1 200 ")
                .contains("vary: Origin\r\n")
                .doesNotContain("access-control-allow");
    }

    @Test
    void refusesMethodsHeadersAndPathsThatAreNotThere() throws Exception {
        rest.start(SIMPLE, "operations: [{path: /farms, methods: [GET]}]");

        assertThat(preflight("/farms", APP, "DELETE", ""))
                .startsWith("HTTP/1.1 403 ")
                .doesNotContain("allow-methods");
        assertThat(preflight("/farms", APP, "GET", "X-Other")).startsWith("HTTP/1.1 403 ");
        assertThat(preflight("/none", APP, "GET", "")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void marksEveryAnswerAndReplacesWhatTheUpstreamSays() throws Exception {
        rest.start(SIMPLE);
        rest.upstream.answer(request -> request.response()
                .putHeader("Access-Control-Allow-Origin", "*")
                .putHeader("Access-Control-Allow-Credentials", "true")
                .putHeader("Vary", "Accept")
                .end("x"));

        String answer = get("Origin: http://localhost:3000\r\n" + RestFixture.AUTHORIZATION);
        assertThat(answer)
                .contains(
                        "access-control-allow-origin: http://localhost:3000\r\n",
                        "vary: Origin\r\n",
                        "vary: Accept\r\n")
                .contains("access-control-expose-headers: ETag, ")
                .doesNotContain("origin: *", "credentials");
        String refused = get("Origin: " + APP + "\r\n");
        assertThat(refused).startsWith("HTTP/1.1 401 ").contains("access-control-allow-origin: " + APP + "\r\n");
        assertThat(get(RestFixture.AUTHORIZATION)).contains("vary: Origin\r\n").doesNotContain("access-control-allow");
    }

    @Test
    void allowsEveryOriginWithoutCredentials() throws Exception {
        rest.start("cors: {origins: ['*']}");

        assertThat(get("Origin: https://any.example\r\n" + RestFixture.AUTHORIZATION))
                .contains("access-control-allow-origin: *\r\n")
                .doesNotContain("credentials");
    }

    @Test
    void allowsCookiesWhereItIsTold() throws Exception {
        rest.start("cors: {origins: ['https://app.example'], credentials: true, max-age: 0s}");

        assertThat(preflight("/x", APP, "PUT", ""))
                .contains("access-control-allow-credentials: true\r\n", "max-age: 0\r\n");
    }

    @Test
    void leavesItToTheUpstreamWithoutASetting() throws Exception {
        rest.start("public: true");
        rest.upstream.answer(request ->
                request.response().putHeader("Access-Control-Allow-Origin", "*").end("x"));

        assertThat(preflight("/x", APP, "GET", ""))
                .startsWith("HTTP/1.1 200 ")
                .contains("access-control-allow-origin: *\r\n");
        assertThat(rest.upstream.requests()).isEqualTo(1);
    }

    private String preflight(String path, String origin, String method, String headers) throws Exception {
        return rest.raw("OPTIONS /farms/1.0" + path + " HTTP/1.1\r\nHost: h\r\nOrigin: " + origin
                + "\r\nAccess-Control-Request-Method: " + method + "\r\n"
                + (headers.isEmpty() ? "" : "Access-Control-Request-Headers: " + headers + "\r\n") + "\r\n");
    }

    private String get(String lines) throws Exception {
        return rest.raw("GET /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n");
    }
}

package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in and who is refused, how, before the upgrade. */
class HandshakeIT {

    private static final String PATH = "/productions/1.0";
    private static final String GOOD = "Authorization: Bearer " + FakeVerifier.GOOD;

    @TempDir
    Path apis;

    private GatewayFixture gateway;

    @BeforeEach
    void prepare() throws Exception {
        gateway = new GatewayFixture(apis);
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    @Test
    void challengesAHandshakeWithoutToken() throws Exception {
        gateway.start();

        String answer = gateway.answerTo(PATH);

        assertThat(answer)
                .startsWith("HTTP/1.1 401 ")
                .contains(
                        "www-authenticate: Bearer realm=\"sluice\", resource_metadata=",
                        "application/problem+json",
                        "x-request-id: ");
        assertThat(problem(answer)).containsEntry("code", "GTW-301").containsEntry("status", 401);
        assertThat(gateway.count("gateway.requests", "api", "productions", "status", "401"))
                .isEqualTo(1);
        assertThat(gateway.count("gateway.token.checks", "result", "missing")).isEqualTo(1);
    }

    @Test
    void refusesATokenThatIsNotGoodWithoutRepeatingIt() throws Exception {
        gateway.start();

        String answer = gateway.answerTo(PATH, "Authorization: Bearer forged.token.here", "X-Request-Id: abc-1");

        assertThat(answer)
                .startsWith("HTTP/1.1 401 ")
                .contains("error=\"invalid_token\"", "x-request-id: abc-1\r\n")
                .doesNotContain("forged");
        assertThat(problem(answer)).containsEntry("code", "GTW-302").containsEntry("requestId", "abc-1");
    }

    @Test
    void refusesATokenThatLacksTheScope() throws Exception {
        gateway.start();

        String answer = gateway.answerTo(PATH, "Authorization: bearer " + FakeVerifier.POOR);

        assertThat(answer)
                .startsWith("HTTP/1.1 403 ")
                .contains("error=\"insufficient_scope\"", "scope=\"productions:read\"");
        assertThat(problem(answer)).containsEntry("code", "GTW-303");
    }

    @Test
    void readsNoTokenFromTheAddress() throws Exception {
        gateway.start();

        String answer = gateway.answerTo(PATH + "?access_token=" + FakeVerifier.GOOD);

        assertThat(answer).startsWith("HTTP/1.1 401 ").doesNotContain("error=", FakeVerifier.GOOD);
    }

    @Test
    void refusesATokenInTwoPlaces() throws Exception {
        gateway.start();

        String answer = gateway.answerTo(PATH, GOOD, "Sec-WebSocket-Protocol: bearer." + FakeVerifier.GOOD);

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("error=\"invalid_request\"");
        assertThat(problem(answer)).containsEntry("code", "GTW-305");
    }

    @Test
    void refusesWhileATokenCannotBeChecked() throws Exception {
        gateway.start();

        String answer = gateway.answerTo(PATH, "Authorization: Bearer " + FakeVerifier.UNCHECKABLE);

        assertThat(answer).startsWith("HTTP/1.1 503 ").contains("retry-after: 3\r\n");
        assertThat(problem(answer)).containsEntry("code", "GTW-304");
    }

    @Test
    void refusesWhenTheCheckDoesNotEndInTime() throws Exception {
        gateway.with("limits.handshake-timeout", "1s").start();

        String answer = gateway.answerTo(PATH, "Authorization: Bearer " + FakeVerifier.ENDLESS);

        assertThat(answer).startsWith("HTTP/1.1 503 ");
        assertThat(problem(answer)).containsEntry("code", "GTW-304");
    }

    @Test
    void takesTheTokenFromASubprotocolAndEchoesTheOtherOne() throws Exception {
        gateway.start();

        try (JdkClient client = JdkClient.open(gateway.productions(), null, "v1.json", "bearer." + FakeVerifier.GOOD)) {
            assertThat(client.subprotocol()).isEqualTo("v1.json");
        }
        assertThat(gateway.answerTo(PATH, GOOD, "X-Request-Id: abc-2"))
                .startsWith("HTTP/1.1 101 ")
                .contains("x-request-id: abc-2\r\n");
        assertThat(gateway.answerTo(PATH, "Sec-WebSocket-Protocol: bearer." + FakeVerifier.GOOD))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContainIgnoringCase("sec-websocket-protocol");
    }

    @Test
    void letsEverybodyIntoAPublicApi() throws Exception {
        gateway.write("ticker", "public: true").start();

        assertThat(gateway.answerTo("/ticker/1.0")).startsWith("HTTP/1.1 101 ");
        assertThat(gateway.answerTo("/ticker/1.0", "Authorization: Bearer forged.token.here"))
                .startsWith("HTTP/1.1 101 ");
    }

    @Test
    void knowsOnlyExactPaths() throws Exception {
        gateway.start();

        for (String path : new String[] {
            "/", "/productions", "/productions/1.0/", "/productions/2.0", "//productions/1.0", "/PRODUCTIONS/1.0"
        }) {
            String answer = gateway.answerTo(path, GOOD);
            assertThat(answer).as(path).startsWith("HTTP/1.1 404 ").doesNotContain("productions");
            assertThat(problem(answer)).containsEntry("code", "GTW-201");
        }
        assertThat(gateway.answerTo(PATH + "?since=1", GOOD)).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void saysHowAStreamingApiIsOpened() throws Exception {
        gateway.start();

        try (RawClient client = gateway.raw()) {
            client.send("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 426 ").contains("upgrade: websocket\r\n", "GTW-203");
            client.send("DELETE " + PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 405 ").contains("allow: GET\r\n", "GTW-202");
        }
    }

    @Test
    void refusesAnInvalidHandshake() throws Exception {
        gateway.start();

        try (RawClient client = gateway.raw()) {
            client.send(RawClient.handshake(PATH, GOOD).replace("Version: 13", "Version: 8"));
            String answer = client.answer();
            assertThat(answer).startsWith("HTTP/1.1 426 ").contains("sec-websocket-version: 13\r\n");
            assertThat(problem(answer)).containsEntry("code", "GTW-203").containsEntry("status", 426);
        }
        try (RawClient client = gateway.raw()) {
            client.send(RawClient.handshake(PATH, GOOD).replaceFirst("Key: [^\r]*", "Key: abc"));
            String answer = client.answer();
            assertThat(answer).startsWith("HTTP/1.1 400 ");
            assertThat(problem(answer)).containsEntry("code", "GTW-207").containsEntry("status", 400);
        }
    }

    @Test
    void refusesMoreConnectionsThanItMayHoldAndTakesOneAgainLater() throws Exception {
        gateway.with("limits.max-connections", "1").start();

        JdkClient first = gateway.open();
        String answer = gateway.answerTo(PATH, GOOD);
        assertThat(answer).startsWith("HTTP/1.1 503 ").contains("retry-after: ");
        assertThat(problem(answer)).containsEntry("code", "GTW-204");

        first.close();
        await().until(() -> gateway.answerTo(PATH, GOOD).startsWith("HTTP/1.1 101 "));
    }

    @Test
    void refusesMoreConnectionsOfOneClientThanItMayHold() throws Exception {
        gateway.with("limits.max-connections-per-client", "1").start();

        try (JdkClient first = gateway.open()) {
            String answer = gateway.answerTo(PATH, GOOD);
            assertThat(answer).startsWith("HTTP/1.1 429 ").contains("retry-after: ");
            assertThat(problem(answer)).containsEntry("code", "GTW-205");
            assertThat(first.closed).isNotDone();
        }
    }

    @Test
    void closesAConnectionThatSendsNoRequest() throws Exception {
        gateway.with("limits.handshake-timeout", "1s").start();

        try (RawClient client = gateway.raw()) {
            client.send("GET " + PATH + " HTTP/1.1\r\nHost: loc");
            assertThat(client.ended()).isTrue();
        }
    }

    private static Map<String, Object> problem(String answer) {
        return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4)).getMap();
    }
}

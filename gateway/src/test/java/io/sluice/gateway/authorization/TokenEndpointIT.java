package io.sluice.gateway.authorization;

import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.BASIC;
import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.GRANT;
import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.SECRET;
import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.basic;
import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.header;
import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.raw;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Token requests, good and bad, over HTTP. */
class TokenEndpointIT {

    @TempDir
    Path home;

    private AuthorizationServerUnderTest server;

    @BeforeEach
    void start() throws Exception {
        server = new AuthorizationServerUnderTest(home, "ES256");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void answersATokenRequestAsTheStandardSays() throws Exception {
        HttpResponse<String> response = server.token(BASIC, GRANT + "&scope=orders:read");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        assertThat(header(response, "cache-control")).isEqualTo("no-store");
        JsonObject answer = new JsonObject(response.body());
        assertThat(answer.fieldNames()).containsExactlyInAnyOrder("access_token", "token_type", "expires_in", "scope");
        assertThat(answer.getString("token_type")).isEqualTo("Bearer");
        assertThat(answer.getInteger("expires_in")).isEqualTo(600);
        SignedJWT token = SignedJWT.parse(answer.getString("access_token"));
        assertThat(token.getHeader().getType()).hasToString("at+jwt");
        assertThat(token.getJWTClaimsSet().getClaims().keySet())
                .containsExactlyInAnyOrder("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope");
        assertThat(server.meters
                        .get("gateway.token.requests")
                        .tag("result", "issued")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void givesAllScopesOfTheClientWhenNoneIsAskedForAndSaysSo() throws Exception {
        assertThat(scopeOf(server.token(BASIC, GRANT))).isEqualTo("orders:read orders:write");
        assertThat(scopeOf(server.token(basic("everything", SECRET), GRANT)))
                .isEqualTo("flights:read orders:read orders:write");
    }

    @Test
    void knowsTheScopesOfAnApiThatCameLater() throws Exception {
        server.knownScopes.add("late:read");

        assertThat(scopeOf(server.token(basic("everything", SECRET), GRANT + "&scope=late:read")))
                .isEqualTo("late:read");
    }

    @Test
    void leavesTheScopeOutWhereThereIsNone() throws Exception {
        HttpResponse<String> response = server.token(basic("no-scopes", SECRET), GRANT);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(response.body()).containsKey("scope")).isFalse();
    }

    static Stream<Arguments> acceptedRequests() {
        String form = "&client_id=app&client_secret=correct+horse%2Bbattery%25staple";
        return Stream.of(
                Arguments.of("Basic", BASIC, GRANT),
                Arguments.of("Basic in small letters", BASIC.replace("Basic", "basic"), GRANT),
                Arguments.of("Basic and the same client_id", BASIC, GRANT + "&client_id=app"),
                Arguments.of("secret in the form", null, GRANT + form),
                Arguments.of("unknown parameter", BASIC, GRANT + "&resource=x&foo=bar"),
                Arguments.of("empty parameters", BASIC, GRANT + "&scope=&foo&client_secret="),
                Arguments.of("scope twice in the list", BASIC, GRANT + "&scope=orders:read+orders:read"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("acceptedRequests")
    void accepts(String name, String authorization, String body) throws Exception {
        assertThat(server.token(authorization, body).statusCode()).as(name).isEqualTo(200);
    }

    static Stream<Arguments> refusedRequests() {
        String form = "&client_id=app&client_secret=";
        return Stream.of(
                Arguments.of("wrong secret by Basic", basic("app", "wrong"), GRANT, 401, "invalid_client"),
                Arguments.of("unknown client by Basic", basic("nobody", SECRET), GRANT, 401, "invalid_client"),
                Arguments.of("secret not form-encoded", raw("app:" + SECRET), GRANT, 401, "invalid_client"),
                Arguments.of("Basic that is not base64", "Basic ~~~", GRANT, 401, "invalid_client"),
                Arguments.of("Basic without colon", raw("app"), GRANT, 401, "invalid_client"),
                Arguments.of("Basic alone", "Basic", GRANT, 401, "invalid_client"),
                Arguments.of("another scheme", "Bearer abc", GRANT, 401, "invalid_client"),
                Arguments.of("no client at all", null, GRANT, 401, "invalid_client"),
                Arguments.of("client id only", null, GRANT + "&client_id=app", 401, "invalid_client"),
                Arguments.of("wrong secret in the form", null, GRANT + form + "wrong", 400, "invalid_client"),
                Arguments.of("two ways at once", BASIC, GRANT + form + "x", 400, "invalid_request"),
                Arguments.of("Basic and an assertion", BASIC, GRANT + "&client_assertion=x", 400, "invalid_request"),
                Arguments.of("Basic and another client_id", BASIC, GRANT + "&client_id=b", 400, "invalid_request"),
                Arguments.of("grant_type twice", BASIC, GRANT + "&" + GRANT, 400, "invalid_request"),
                Arguments.of("scope twice", BASIC, GRANT + "&scope=a&scope=b", 400, "invalid_request"),
                Arguments.of("unknown parameter twice", BASIC, GRANT + "&x=a&x=b", 400, "invalid_request"),
                Arguments.of("no grant_type", BASIC, "scope=orders:read", 400, "invalid_request"),
                Arguments.of("empty body", BASIC, "", 400, "invalid_request"),
                Arguments.of("broken percent sequence", BASIC, GRANT + "&scope=%zz", 400, "invalid_request"),
                Arguments.of("password grant", BASIC, "grant_type=password", 400, "unsupported_grant_type"),
                Arguments.of("grant in capitals", BASIC, GRANT.toUpperCase(), 400, "invalid_request"),
                Arguments.of("code grant", BASIC, "grant_type=authorization_code", 400, "unauthorized_client"),
                Arguments.of("scope of another client", BASIC, GRANT + "&scope=flights:read", 400, "invalid_scope"),
                Arguments.of("unknown scope", BASIC, GRANT + "&scope=orders:read+x", 400, "invalid_scope"),
                Arguments.of("star as scope", basic("everything", SECRET), GRANT + "&scope=*", 400, "invalid_scope"),
                Arguments.of("scope with two blanks", BASIC, GRANT + "&scope=orders:read++x", 400, "invalid_scope"),
                Arguments.of("scope with a quote", BASIC, GRANT + "&scope=%22", 400, "invalid_scope"),
                Arguments.of("scope with a line break", BASIC, GRANT + "&scope=a%0Ab", 400, "invalid_scope"),
                Arguments.of("body too large", BASIC, GRANT + "&x=" + "a".repeat(17_000), 413, "invalid_request"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedRequests")
    void refuses(String name, String authorization, String body, int status, String error) throws Exception {
        HttpResponse<String> response = server.token(authorization, body);

        assertThat(response.statusCode()).as(name).isEqualTo(status);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        assertThat(header(response, "cache-control")).isEqualTo("no-store");
        assertThat(header(response, "www-authenticate").startsWith("Basic realm="))
                .isEqualTo(status == 401);
        JsonObject answer = new JsonObject(response.body());
        assertThat(answer.getString("error")).isEqualTo(error);
        assertThat(answer.getString("error_description")).isNotBlank().doesNotContain("\"", "\\", "horse");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "multipart/form-data; boundary=x", "text/plain"})
    void refusesABodyThatIsNoForm(String contentType) throws Exception {
        HttpResponse<String> response = server.send(HttpRequest.newBuilder(server.uri("/oauth2/token"))
                .header("authorization", BASIC)
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(GRANT)));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("invalid_request");
    }

    @Test
    void refusesTwoAuthorizationHeaders() throws Exception {
        HttpResponse<String> response = server.send(HttpRequest.newBuilder(server.uri("/oauth2/token"))
                .header("authorization", BASIC)
                .header("authorization", BASIC)
                .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString(GRANT)));

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void refusesTokenParametersInTheQuery() throws Exception {
        HttpResponse<String> response = server.send(HttpRequest.newBuilder(server.uri("/oauth2/token?" + GRANT))
                .header("authorization", BASIC)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void slowsDownWhoGuessesSecretsAndLetsOtherClientsPass() throws Exception {
        for (int i = 0; i < FailedAttempts.LIMIT; i++) {
            assertThat(server.token(basic("app", "guess-" + i), GRANT).statusCode())
                    .isEqualTo(401);
        }

        HttpResponse<String> slowed = server.token(BASIC, GRANT);
        int other = server.token(basic("everything", SECRET), GRANT).statusCode();
        server.clock.advance(FailedAttempts.WINDOW);
        int later = server.token(BASIC, GRANT).statusCode();

        assertThat(slowed.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(header(slowed, "retry-after"))).isBetween(1, 61);
        assertThat(other).isEqualTo(200);
        assertThat(later).isEqualTo(200);
    }

    @Test
    void givesUpOnABodyThatNeverEnds() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream()
                    .write(("POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n"
                                    + "Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant")
                            .getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("invalid_request");
        }
    }

    @Test
    void forgetsAClientThatGoesAwayInTheMiddle() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write("POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ngrant"
                            .getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(server.token(BASIC, GRANT).statusCode()).isEqualTo(200);
    }

    private static String scopeOf(HttpResponse<String> response) {
        return new JsonObject(response.body()).getString("scope");
    }
}

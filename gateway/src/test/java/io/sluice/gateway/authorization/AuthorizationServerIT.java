package io.sluice.gateway.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.Secret;
import io.sluice.gateway.auth.FakeClock;
import io.sluice.gateway.auth.JwtVerifier;
import io.sluice.gateway.auth.TokenVerdict;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The authorization server behind a real HTTP server, asked by the JDK's client. */
class AuthorizationServerIT {

    private static final String SECRET = "correct horse+battery%staple";
    private static final String BASIC = basic("app", SECRET);
    private static final String GRANT = "grant_type=client_credentials";

    private final FakeClock clock = FakeClock.at("2026-01-01T00:00:00Z");
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<String> knownScopes = new TreeSet<>(Set.of("orders:read", "orders:write", "flights:read"));

    @TempDir
    Path home;

    private String issuerPath = "";
    private Vertx vertx;
    private HttpServer listener;
    private AuthorizationServer server;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        start(config("ES256"));
    }

    private void start(AuthorizationServerConfig config) throws Exception {
        server = new AuthorizationServer(config, home, this::issuer, () -> knownScopes, clock, meters);
        server.start();
        listener = vertx.createHttpServer()
                .requestHandler(request -> {
                    request.pause();
                    if (!server.handle(request)) {
                        request.response().setStatusCode(404).end("somebody else's");
                    }
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "RS256"})
    void issuesTokensThatItsOwnIssuerEntryVerifies(String algorithm) throws Exception {
        listener.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        start(config(algorithm));

        JsonObject answer =
                new JsonObject(token(BASIC, GRANT + "&scope=orders:read").body());
        TokenVerdict verdict = verify(answer.getString("access_token"));

        assertThat(verdict).isInstanceOf(TokenVerdict.Active.class);
        TokenVerdict.Active active = (TokenVerdict.Active) verdict;
        assertThat(active.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(10)));
        assertThat(active.principal().issuer()).isEqualTo(issuer());
        assertThat(active.principal().subject()).isEqualTo("app");
        assertThat(active.principal().clientId()).isEqualTo("app");
        assertThat(active.principal().scopes()).containsExactly("orders:read");
        assertThat(SignedJWT.parse(answer.getString("access_token")).getHeader().getAlgorithm())
                .hasToString(algorithm);
    }

    @Test
    void answersATokenRequestAsTheStandardSays() throws Exception {
        HttpResponse<String> response = token(BASIC, GRANT + "&scope=orders:read");

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
        assertThat(meters.get("gateway.token.requests")
                        .tag("result", "issued")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void givesAllScopesOfTheClientWhenNoneIsAskedForAndSaysSo() throws Exception {
        assertThat(scopeOf(token(BASIC, GRANT))).isEqualTo("orders:read orders:write");
        assertThat(scopeOf(token(basic("everything", SECRET), GRANT)))
                .isEqualTo("flights:read orders:read orders:write");
    }

    @Test
    void knowsTheScopesOfAnApiThatCameLater() throws Exception {
        knownScopes.add("late:read");

        assertThat(scopeOf(token(basic("everything", SECRET), GRANT + "&scope=late:read")))
                .isEqualTo("late:read");
    }

    @Test
    void leavesTheScopeOutWhereThereIsNone() throws Exception {
        HttpResponse<String> response = token(basic("no-scopes", SECRET), GRANT);

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
        assertThat(token(authorization, body).statusCode()).as(name).isEqualTo(200);
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
                Arguments.of("code grant", BASIC, "grant_type=authorization_code", 400, "unsupported_grant_type"),
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
        HttpResponse<String> response = token(authorization, body);

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
        HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/oauth2/token"))
                .header("authorization", BASIC)
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(GRANT)));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("invalid_request");
    }

    @Test
    void refusesTwoAuthorizationHeaders() throws Exception {
        HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/oauth2/token"))
                .header("authorization", BASIC)
                .header("authorization", BASIC)
                .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString(GRANT)));

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void refusesTokenParametersInTheQuery() throws Exception {
        HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/oauth2/token?" + GRANT))
                .header("authorization", BASIC)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void saysWhichMethodsAreAllowed() throws Exception {
        HttpResponse<String> get =
                send(HttpRequest.newBuilder(uri("/oauth2/token")).GET());
        HttpResponse<String> delete =
                send(HttpRequest.newBuilder(uri("/oauth2/jwks")).DELETE());

        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(header(get, "allow")).isEqualTo("POST");
        assertThat(delete.statusCode()).isEqualTo(405);
        assertThat(header(delete, "allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void slowsDownWhoGuessesSecretsAndLetsOtherClientsPass() throws Exception {
        for (int i = 0; i < FailedAttempts.LIMIT; i++) {
            assertThat(token(basic("app", "guess-" + i), GRANT).statusCode()).isEqualTo(401);
        }

        HttpResponse<String> slowed = token(BASIC, GRANT);
        int other = token(basic("everything", SECRET), GRANT).statusCode();
        clock.advance(FailedAttempts.WINDOW);
        int later = token(BASIC, GRANT).statusCode();

        assertThat(slowed.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(header(slowed, "retry-after"))).isBetween(1, 61);
        assertThat(other).isEqualTo(200);
        assertThat(later).isEqualTo(200);
    }

    @Test
    void publishesOnlyThePublicPartsOfItsKeys() throws Exception {
        HttpResponse<String> response = get("/oauth2/jwks");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonArray keys = new JsonObject(response.body()).getJsonArray("keys");
        assertThat(keys).hasSize(1);
        assertThat(keys.getJsonObject(0).fieldNames())
                .containsExactlyInAnyOrder("kty", "crv", "x", "y", "use", "alg", "kid");
    }

    @Test
    void publishesMetadataThatAnotherImplementationUnderstands() throws Exception {
        HttpResponse<String> response = get("/.well-known/oauth-authorization-server");

        JsonObject document = new JsonObject(response.body());
        assertThat(document.stream().map(Map.Entry::getValue))
                .noneMatch(value -> value instanceof JsonArray array && array.isEmpty());
        AuthorizationServerMetadata metadata = AuthorizationServerMetadata.parse(response.body());
        assertThat(metadata.getIssuer().getValue()).isEqualTo(issuer());
        assertThat(metadata.getTokenEndpointURI()).hasToString(issuer() + "/oauth2/token");
        assertThat(metadata.getJWKSetURI()).hasToString(issuer() + "/oauth2/jwks");
        assertThat(metadata.getResponseTypes()).isNotEmpty();
        assertThat(metadata.getScopes().toStringList()).containsExactlyElementsOf(knownScopes);
    }

    @Test
    void leavesOutTheScopesOfTheMetadataWhileThereAreNone() throws Exception {
        knownScopes.clear();

        assertThat(get("/.well-known/oauth-authorization-server").body()).doesNotContain("scopes_supported");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/oauth2", "/oauth2/token/", "/oauth2/TOKEN", "/.well-known/oauth-authorization-server/x"})
    void leavesOtherPathsToOthers(String path) throws Exception {
        assertThat(get(path).body()).isEqualTo("somebody else's");
    }

    @Test
    void answersTheMetadataOfAnIssuerWithAPathWhereTheStandardPutsIt() throws Exception {
        issuerPath = "/tenant/one/";

        JsonObject metadata = new JsonObject(
                get("/.well-known/oauth-authorization-server/tenant/one").body());

        assertThat(metadata.getString("issuer")).isEqualTo(issuer());
        assertThat(metadata.getString("token_endpoint")).isEqualTo(address() + "/tenant/one/oauth2/token");
        assertThat(get("/.well-known/oauth-authorization-server/tenant").body()).isEqualTo("somebody else's");
    }

    @Test
    void answersHeadLikeGetWithoutABody() throws Exception {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(uri("/oauth2/jwks")).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void givesUpOnABodyThatNeverEnds() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", listener.actualPort())) {
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
        try (Socket socket = new Socket("127.0.0.1", listener.actualPort())) {
            socket.getOutputStream()
                    .write("POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ngrant"
                            .getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(token(BASIC, GRANT).statusCode()).isEqualTo(200);
    }

    @Test
    void answersOnAConnectionThatIsUsedAgain() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(token(BASIC, GRANT).statusCode()).isEqualTo(200);
            assertThat(get("/oauth2/jwks").statusCode()).isEqualTo(200);
        }
    }

    private AuthorizationServerConfig config(String algorithm) {
        return new AuthorizationServerConfig(
                true,
                List.of(
                        new ClientConfig("app", List.of("orders:read", "orders:write"), new Secret(SECRET)),
                        new ClientConfig("everything", List.of("*"), new Secret(SECRET)),
                        new ClientConfig("no-scopes", List.of(), new Secret(SECRET))),
                Duration.ofMinutes(10),
                "sluice",
                algorithm);
    }

    private TokenVerdict verify(String token) {
        return new JwtVerifier(List.of(server.trustedIssuer()), clock, meters)
                .verify(token)
                .result();
    }

    private String issuer() {
        return address() + issuerPath;
    }

    private String address() {
        return "http://127.0.0.1:" + listener.actualPort();
    }

    private URI uri(String path) {
        return URI.create(address() + path);
    }

    private HttpResponse<String> token(String authorization, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/oauth2/token"))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("authorization", authorization);
        }
        return send(request);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(
                request.timeout(Duration.ofSeconds(10))
                        .version(HttpClient.Version.HTTP_1_1)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String scopeOf(HttpResponse<String> response) {
        return new JsonObject(response.body()).getString("scope");
    }

    private static String basic(String id, String secret) {
        return raw(id + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8));
    }

    private static String raw(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}

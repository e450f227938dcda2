package io.sluice.gateway.authorization;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.Secret;
import io.sluice.gateway.auth.FakeClock;
import io.sluice.gateway.auth.JwtVerifier;
import io.sluice.gateway.auth.TokenVerdict;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** An authorization server behind a real HTTP server, asked by the JDK's client. */
final class AuthorizationServerUnderTest implements AutoCloseable {

    static final String SECRET = "correct horse+battery%staple";
    static final String BASIC = basic("app", SECRET);
    static final String GRANT = "grant_type=client_credentials";

    final FakeClock clock = FakeClock.at("2026-01-01T00:00:00Z");
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Set<String> knownScopes = new TreeSet<>(Set.of("orders:read", "orders:write", "flights:read"));
    String issuerPath = "";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();
    private final Path home;
    private final HttpServer listener;
    private volatile AuthorizationServer server;

    AuthorizationServerUnderTest(Path home, String algorithm) throws Exception {
        this.home = home;
        restart(algorithm);
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

    void restart(String algorithm) throws IOException {
        if (server != null) {
            server.close(); // the database has one owner
        }
        AuthorizationServer next = new AuthorizationServer(
                config(algorithm), home, vertx, this::issuer, () -> knownScopes, 1_000, clock, meters);
        next.start();
        server = next;
    }

    @Override
    public void close() throws Exception {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    int port() {
        return listener.actualPort();
    }

    AuthorizationServerConfig config(String algorithm) {
        return new AuthorizationServerConfig(
                true,
                List.of(
                        new ClientConfig("app", List.of("orders:read", "orders:write"), new Secret(SECRET)),
                        new ClientConfig("everything", List.of("*"), new Secret(SECRET)),
                        new ClientConfig("no-scopes", List.of(), new Secret(SECRET)),
                        new ClientConfig("web", List.of("*"), new Secret(SECRET), List.of(Browser.REDIRECT), false),
                        new ClientConfig(
                                "phone",
                                List.of("orders:read"),
                                null,
                                List.of(Browser.REDIRECT, "http://127.0.0.1/loop"),
                                true)),
                Duration.ofMinutes(10),
                "sluice",
                algorithm);
    }

    TokenVerdict verify(String token) {
        return new JwtVerifier(List.of(server.trustedIssuer()), server.revocations(), clock, meters)
                .verify(token)
                .result();
    }

    AuthorizationServer server() {
        return server;
    }

    String issuer() {
        return address() + issuerPath;
    }

    String address() {
        return "http://127.0.0.1:" + listener.actualPort();
    }

    URI uri(String path) {
        return URI.create(address() + path);
    }

    HttpResponse<String> token(String authorization, String body) throws IOException, InterruptedException {
        return post("/oauth2/token", authorization, body);
    }

    String administrationToken() throws IOException {
        return new JsonObject(Files.readString(home.resolve("secrets/administration.json"))).getString("token");
    }

    /** Posts JSON as the administrator. */
    HttpResponse<String> administer(String path, JsonObject body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                .header("authorization", "Bearer " + administrationToken())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    HttpResponse<String> post(String path, String authorization, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("authorization", authorization);
        }
        return send(request);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(
                request.timeout(Duration.ofSeconds(10))
                        .version(HttpClient.Version.HTTP_1_1)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    static String basic(String id, String secret) {
        return raw(id + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8));
    }

    static String raw(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}

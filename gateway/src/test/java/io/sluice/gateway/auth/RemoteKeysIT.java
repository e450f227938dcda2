package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and metadata from a real HTTP server: discovery, rotation, outage, and servers that misbehave. */
class RemoteKeysIT {

    private static final TokenForge FORGE = new TokenForge();
    private static final String METADATA = "/.well-known/oauth-authorization-server";

    private final FakeClock clock = FakeClock.at("2026-01-01T00:00:00Z");
    private final Map<String, Consumer<HttpServerRequest>> routes = new ConcurrentHashMap<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private Vertx vertx;
    private HttpClient client;
    private HttpServer server;
    private int port;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        client = vertx.createHttpClient();
        listen(0);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private void listen(int wanted) throws Exception {
        server = vertx.createHttpServer().requestHandler(this::route);
        port = await(server.listen(wanted, "127.0.0.1")).actualPort();
    }

    private void route(HttpServerRequest request) {
        routes.getOrDefault(
                        request.path(),
                        other -> other.response().setStatusCode(404).end())
                .accept(request);
    }

    @Test
    void verifiesATokenWithTheKeysOfTheConfiguredAddress() throws Exception {
        serveKeys(FORGE.rsa);

        assertThat(verdict(verifier(uri("/keys")), "rsa-1")).isInstanceOf(TokenVerdict.Active.class);
    }

    @Test
    void findsTheAddressOfTheKeysInTheMetadata() throws Exception {
        serveKeys(FORGE.rsa);
        serve(METADATA, metadata(issuer(), uri("/keys").toString()).encode());

        assertThat(verdict(verifier(null), "rsa-1")).isInstanceOf(TokenVerdict.Active.class);
    }

    @Test
    void findsTheAddressWhereOpenIdConnectKeepsIt() throws Exception {
        serveKeys(FORGE.rsa);
        serve(
                "/.well-known/openid-configuration",
                metadata(issuer(), uri("/keys").toString()).encode());

        assertThat(verdict(verifier(null), "rsa-1")).isInstanceOf(TokenVerdict.Active.class);
    }

    static Stream<Arguments> badMetadata() {
        return Stream.of(
                Arguments.of("another issuer", "http://127.0.0.1:%d/other", "http://127.0.0.1:%d/keys"),
                Arguments.of("issuer with a slash more", "http://127.0.0.1:%d/", "http://127.0.0.1:%d/keys"),
                Arguments.of("keys over http elsewhere", "http://127.0.0.1:%d", "http://keys.example/keys"),
                Arguments.of("keys in a file", "http://127.0.0.1:%d", "file:///etc/passwd"),
                Arguments.of("keys nowhere", "http://127.0.0.1:%d", "not an address"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badMetadata")
    void refusesMetadataThatMayBeForged(String name, String issuer, String keys) throws Exception {
        serveKeys(FORGE.rsa);
        serve(METADATA, metadata(issuer.formatted(port), keys.formatted(port)).encode());

        assertThat(verdict(verifier(null), "rsa-1")).as(name).isInstanceOf(TokenVerdict.Unavailable.class);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void followsARotationOfTheKeys() throws Exception {
        serveKeys(FORGE.rsa);
        JwtVerifier verifier = verifier(uri("/keys"));
        assertThat(verdict(verifier, "rsa-1")).isInstanceOf(TokenVerdict.Active.class);

        serveKeys(FORGE.ec);
        clock.advance(RemoteKeys.MIN_PAUSE);

        assertThat(verdict(verifier, "ec-1")).isInstanceOf(TokenVerdict.Active.class);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void keepsKnownKeysThroughAnOutageAndTakesNewOnesAfterIt() throws Exception {
        serveKeys(FORGE.rsa);
        JwtVerifier verifier = verifier(uri("/keys"));
        assertThat(verdict(verifier, "rsa-1")).isInstanceOf(TokenVerdict.Active.class);
        await(server.close());
        clock.advance(Duration.ofMinutes(10));

        assertThat(verdict(verifier, "ec-1")).isInstanceOf(TokenVerdict.Unavailable.class);
        assertThat(verdict(verifier, "rsa-1")).isInstanceOf(TokenVerdict.Active.class);

        serveKeys(FORGE.ec);
        listen(port);
        clock.advance(RemoteKeys.MIN_PAUSE);
        assertThat(verdict(verifier, "ec-1")).isInstanceOf(TokenVerdict.Active.class);
    }

    static Stream<Arguments> misbehaviour() {
        JsonArray many = new JsonArray();
        for (int i = 0; i <= IssuerDocuments.MAX_KEYS; i++) {
            many.add(new JsonObject(FORGE.rsa.toPublicJWK().toJSONString()));
        }
        return Stream.of(
                answering(
                        "server error",
                        request -> request.response().setStatusCode(500).end()),
                answering(
                        "redirect",
                        request -> request.response()
                                .setStatusCode(302)
                                .putHeader("location", "/elsewhere")
                                .end()),
                answering("no JSON", request -> request.response().end("<html>")),
                answering("JSON null", request -> request.response().end("null")),
                answering("no keys", request -> request.response().end("{}")),
                answering("keys no array", request -> request.response().end("{\"keys\":1}")),
                answering(
                        "too many keys",
                        request -> request.response()
                                .end(new JsonObject().put("keys", many).encode())),
                answering("too large", request -> request.response().end("x".repeat(IssuerDocuments.MAX_BYTES + 1))),
                answering("connection cut", request -> request.connection().close()),
                answering("half an answer", request -> {
                    request.response().putHeader("content-length", "100").write("{");
                    request.connection().close();
                }));
    }

    private static Arguments answering(String name, Consumer<HttpServerRequest> answer) {
        return Arguments.of(name, answer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misbehaviour")
    void isUnavailableWhenTheKeysCannotBeRead(String name, Consumer<HttpServerRequest> answer) throws Exception {
        routes.put("/keys", answer);
        serve("/elsewhere", new JWKSet(List.<JWK>of(FORGE.rsa)).toString(true));

        assertThat(verdict(verifier(uri("/keys")), "rsa-1")).as(name).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void givesUpOnAServerThatNeverAnswers() throws Exception {
        routes.put("/keys", request -> request.response().setChunked(true).write("{"));

        assertThat(verdict(verifier(uri("/keys")), "rsa-1")).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void leavesOutKeysItDoesNotUnderstandAndUsesTheRest() throws Exception {
        JsonObject secret =
                new JsonObject().put("kty", "oct").put("kid", "rsa-1").put("k", "c2VjcmV0");
        JsonArray set = new JsonArray()
                .add(new JsonObject().put("kty", "LATTICE").put("kid", "rsa-1"))
                .add(new JsonObject().put("kty", "RSA").put("kid", "rsa-1"))
                .add(secret)
                .add("text")
                .add(new JsonObject(FORGE.rsa.toPublicJWK().toJSONString()).put("note", "hello"));
        serve("/keys", new JsonObject().put("keys", set).put("more", 1).encode());

        assertThat(verdict(verifier(uri("/keys")), "rsa-1")).isInstanceOf(TokenVerdict.Active.class);
    }

    @Test
    void answersEveryCallerOnItsOwnEventLoop() throws Exception {
        serveKeys(FORGE.rsa);
        JwtVerifier verifier = verifier(uri("/keys"));
        String token = FORGE.good(clock.instant(), issuer());

        for (int i = 0; i < 8; i++) {
            Context own = vertx.getOrCreateContext();
            CompletableFuture<Boolean> onOwn = new CompletableFuture<>();
            vertx.runOnContext(now -> {
                Context caller = Vertx.currentContext();
                verifier.verify(token).onComplete(done -> onOwn.complete(Vertx.currentContext() == caller));
            });
            assertThat(onOwn.get(10, TimeUnit.SECONDS))
                    .as("call %d from %s", i, own)
                    .isTrue();
            clock.advance(RemoteKeys.MIN_PAUSE);
        }
    }

    private JwtVerifier verifier(URI keys) {
        IssuerConfig config = new IssuerConfig(
                issuer(), List.of(TokenForge.AUDIENCE), keys, List.of("RS256", "ES256"), false, Duration.ofSeconds(5));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        return new JwtVerifier(
                List.of(TrustedIssuer.of(config, new RemoteKeys(client, config, clock, meters))), clock, meters);
    }

    private TokenVerdict verdict(JwtVerifier verifier, String keyId) throws Exception {
        JsonObject claims = TokenForge.claims(clock.instant()).put("iss", issuer());
        String token = keyId.startsWith("rsa")
                ? FORGE.rs256(FORGE.rsaHeader(), claims)
                : FORGE.es256(TokenForge.header("ES256", keyId), claims);
        return await(verifier.verify(token));
    }

    private void serveKeys(JWK... keys) {
        String text = new JWKSet(List.of(keys)).toString(true);
        routes.put("/keys", request -> {
            fetches.incrementAndGet();
            request.response().end(text);
        });
    }

    private void serve(String path, String text) {
        routes.put(path, request -> request.response().end(text));
    }

    private static JsonObject metadata(String issuer, String keys) {
        return new JsonObject().put("issuer", issuer).put("jwks_uri", keys);
    }

    private String issuer() {
        return "http://127.0.0.1:" + port;
    }

    private URI uri(String path) {
        return URI.create(issuer() + path);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}

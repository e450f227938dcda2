package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking an issuer about opaque tokens (RFC 7662). */
class IntrospectionIT {

    private static final FakeClock CLOCK = FakeClock.at("2026-01-01T00:00:00Z");
    private static final long NOW = CLOCK.instant().getEpochSecond();

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpServerRequest> asked = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> answer = new AtomicReference<>("{}");
    private volatile int status = 200;
    private volatile boolean silent;
    private FakeClock clock;
    private HttpServer server;
    private Introspection introspection;

    @BeforeEach
    void start() throws Exception {
        clock = FakeClock.at("2026-01-01T00:00:00Z");
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.add(request);
                    if (!silent) {
                        request.response().setStatusCode(status).end(answer.get());
                    }
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        URI endpoint = URI.create("http://127.0.0.1:" + server.actualPort() + "/introspect");
        IssuerConfig issuer = new IssuerConfig(
                "https://issuer.example",
                List.of("sluice"),
                null,
                List.of("ES256"),
                false,
                Duration.ofSeconds(5),
                new IntrospectionConfig(endpoint, "gateway", new Secret("s3cret of it"), Duration.ofSeconds(10)));
        introspection = new Introspection(vertx.createHttpClient(), issuer, clock, new SimpleMeterRegistry());
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void believesAClearYes() throws Exception {
        answer.set(good().encode());

        TokenVerdict.Active active = (TokenVerdict.Active) verdict("opaque");

        assertThat(active.principal().subject()).isEqualTo("alice");
        assertThat(active.principal().scopes()).containsExactly("orders:read", "orders:write");
        assertThat(active.expiresAt().getEpochSecond()).isEqualTo(NOW + 300);
        assertThat(asked.get(0).getHeader("authorization")).startsWith("Basic ");
    }

    static Stream<Arguments> unclearAnswers() {
        return Stream.of(
                Arguments.of("not active", new JsonObject().put("active", false).encode()),
                Arguments.of("active missing", without("active")),
                Arguments.of("active as text", good().put("active", "true").encode()),
                Arguments.of("active as number", good().put("active", 1).encode()),
                Arguments.of("active null", good().putNull("active").encode()),
                Arguments.of("expired", good().put("exp", NOW).encode()),
                Arguments.of("exp as text", good().put("exp", "never").encode()),
                Arguments.of("not yet valid", good().put("nbf", NOW + 60).encode()),
                Arguments.of(
                        "another issuer",
                        good().put("iss", "https://evil.example").encode()),
                Arguments.of("another audience", good().put("aud", "payments").encode()),
                Arguments.of(
                        "other audiences",
                        good().put("aud", new JsonArray().add("a").add("b")).encode()),
                Arguments.of("not JSON", "active"),
                Arguments.of("an array", "[true]"),
                Arguments.of("nothing", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unclearAnswers")
    void takesAnythingElseForANo(String name, String body) throws Exception {
        answer.set(body);

        assertThat(verdict("opaque")).as(name).isInstanceOf(TokenVerdict.Inactive.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 403, 500, 503})
    void judgesNobodyWhenTheIssuerDoesNotAnswerWell(int code) throws Exception {
        status = code;
        answer.set(good().encode());

        assertThat(verdict("opaque")).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void judgesNobodyWhenTheIssuerIsDown() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);

        assertThat(verdict("opaque")).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void asksOnceForManyWhoComeAtOnce() throws Exception {
        silent = true;
        answer.set(good().encode());
        List<Future<TokenVerdict>> verdicts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            verdicts.add(introspection.verify("opaque"));
        }
        await().until(() -> asked.size() == 1);
        asked.get(0).response().end(good().encode());

        Future.join(verdicts).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(verdicts).allSatisfy(one -> assertThat(one.result()).isInstanceOf(TokenVerdict.Active.class));
        assertThat(asked).hasSize(1);
    }

    @Test
    void asksAgainWhenTheAnswerIsOldAndNeverKeepsOneBeyondTheTokensEnd() throws Exception {
        answer.set(good().put("exp", NOW + 4).encode());
        verdict("opaque");
        verdict("opaque");
        assertThat(asked).hasSize(1);

        clock.advance(Duration.ofSeconds(4));

        assertThat(verdict("opaque")).isInstanceOf(TokenVerdict.Inactive.class);
        assertThat(asked).hasSize(2);
    }

    @Test
    void asksSoonAgainAboutABadToken() throws Exception {
        answer.set("{\"active\":false}");
        verdict("opaque");
        verdict("opaque");
        assertThat(asked).hasSize(1);

        clock.advance(Introspection.BAD_FOR);
        answer.set(good().encode());

        assertThat(verdict("opaque")).isInstanceOf(TokenVerdict.Active.class);
    }

    private TokenVerdict verdict(String token) throws Exception {
        return introspection
                .verify(token)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private static JsonObject good() {
        return new JsonObject()
                .put("active", true)
                .put("iss", "https://issuer.example")
                .put("sub", "alice")
                .put("aud", "sluice")
                .put("client_id", "app")
                .put("scope", "orders:read orders:write")
                .put("exp", NOW + 300);
    }

    private static String without(String member) {
        JsonObject changed = good();
        changed.remove(member);
        return changed.encode();
    }
}

package io.sluice.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.ConfigFile;
import io.sluice.common.HealthChecks;
import io.sluice.gateway.auth.RevocationList;
import io.sluice.gateway.authorization.AuthorizationServer;
import io.sluice.gateway.stream.StubUpstream;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A gateway on a free port with one upstream; {@code productions} is protected, more APIs by {@link #write}. */
final class GatewayFixture implements AutoCloseable {

    final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)); // as in production, where there is one
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final HealthChecks health = new HealthChecks();
    final FakeVerifier tokens = new FakeVerifier();
    final RevocationList revocations = new RevocationList(Clock.systemUTC());
    final StubUpstream upstream;
    private final Path apis;
    private final Map<String, String> settings = new HashMap<>(Map.of("port", "0"));
    private Gateway gateway;
    private @Nullable Path home;

    GatewayFixture(Path apis) throws Exception {
        this.apis = apis;
        upstream = StubUpstream.started(vertx);
        settings.put("apis", apis.toString());
        write("productions", "scopes: [productions:read]");
    }

    GatewayFixture with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Writes an API file for the path {@code /name/1.0} with this upstream and more lines. */
    GatewayFixture write(String name, String... lines) throws IOException {
        Files.writeString(
                apis.resolve(name + ".yaml"),
                "name: %s\ncontext: %s\nversion: 1.0\nupstream: %s\n%s\n"
                        .formatted(name, name, upstream.uri(), String.join("\n", lines)));
        return this;
    }

    /** Writes a REST API file for the path {@code /name/1.0} with this upstream and more lines. */
    GatewayFixture writeRest(String name, URI restUpstream, String... lines) throws IOException {
        Files.writeString(
                apis.resolve(name + ".yaml"),
                "name: %s\ncontext: %s\nversion: 1.0\nupstream: %s\n%s\n"
                        .formatted(name, name, restUpstream, String.join("\n", lines)));
        return this;
    }

    GatewayConfig config() {
        return ConfigFile.read(null, GatewayConfig.class, Map.of(), settings);
    }

    /** Starts, and waits for the upstream of every API. */
    GatewayFixture start() throws Exception {
        gateway = new Gateway(config(), vertx, meters, health, trust());
        gateway.start();
        long expected = gateway.apis().stream()
                .filter(api -> api.url().getScheme().equals("ws"))
                .count();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> upstream.connections() == expected);
        return this;
    }

    /** Starts on a port that was just given back; NIO, unlike epoll, gives it back only with the next select, a moment after it says so. */
    GatewayFixture startAgain() {
        Awaitility.await().ignoreException(IOException.class).until(() -> {
            start();
            return true;
        });
        return this;
    }

    /** Trusts the tokens of the {@link FakeVerifier}. */
    Trust.Source trust() {
        return (self, scopes) -> {
            if (home == null) {
                return new Trust(tokens, revocations, null, List.of("https://issuer.example"), List.of());
            }
            AuthorizationServer own = new AuthorizationServer(
                    config().authorizationServer(), home, vertx, () -> self, () -> scopes, Clock.systemUTC(), meters);
            own.start();
            return new Trust(tokens, own.revocations(), own, List.of("https://issuer.example"), List.of(own::close));
        };
    }

    /** With the built-in authorization server and its keys in this folder. */
    GatewayFixture withKeys(Path folder) {
        home = folder;
        return this;
    }

    Gateway gateway() {
        return gateway;
    }

    int port() {
        return gateway.port();
    }

    URI url(String path) {
        return URI.create("ws://127.0.0.1:" + gateway.port() + path);
    }

    URI productions() {
        return url("/productions/1.0");
    }

    /** Opens {@code productions} with a good token. */
    JdkClient open(String... subprotocols) throws Exception {
        return JdkClient.open(productions(), FakeVerifier.GOOD, subprotocols);
    }

    RawClient raw() throws IOException {
        return new RawClient(gateway.port(), 0);
    }

    /** A raw client on {@code productions}, past the upgrade. */
    RawClient upgraded(int receiveBuffer) throws IOException {
        RawClient client = new RawClient(gateway.port(), receiveBuffer);
        client.send(RawClient.handshake("/productions/1.0", "Authorization: Bearer " + FakeVerifier.GOOD));
        String answer = client.answer();
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new IllegalStateException(answer);
        }
        return client;
    }

    /** The answer to one handshake. */
    String answerTo(String path, String... headers) throws IOException {
        try (RawClient client = raw()) {
            client.send(RawClient.handshake(path, headers));
            return client.answer();
        }
    }

    double count(String meter, String... tags) {
        io.micrometer.core.instrument.Counter counter =
                meters.find(meter).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    double gauge(String meter) {
        return meters.get(meter).gauge().value();
    }

    @Override
    public void close() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}

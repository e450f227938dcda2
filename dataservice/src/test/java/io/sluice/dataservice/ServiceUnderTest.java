package io.sluice.dataservice;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.IdentityHeader;
import io.sluice.common.Secret;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;

/** A data service on a free port, with one folder of files and a client. */
final class ServiceUnderTest implements AutoCloseable {

    static final Secret SECRET = new Secret("a secret of at least thirty-two characters");

    final HealthChecks health = new HealthChecks();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Path folder;
    private final DataService service;

    private ServiceUnderTest(Path folder, DataServiceConfig config, Function<String, DataSource> sources)
            throws Exception {
        this.folder = folder;
        this.service = new DataService(config.withServices(folder), sources, vertx, meters, health);
        service.start();
    }

    static DataServiceConfig config() {
        return new DataServiceConfig(
                "127.0.0.1",
                0,
                null,
                Duration.ofMillis(50),
                DataServiceConfig.Trust.SIGNED,
                SECRET,
                new RunnerAccess(URI.create("http://127.0.0.1:1"), "admin", null, Duration.ofSeconds(5)),
                new DataServiceConfig.Limits(4, 2, 16, Duration.ofSeconds(5), 100, 1000));
    }

    static ServiceUnderTest with(Path folder, Database database, String yaml) throws Exception {
        return with(folder, config(), database, yaml);
    }

    static ServiceUnderTest with(Path folder, DataServiceConfig config, Database database, String yaml)
            throws Exception {
        Files.writeString(folder.resolve("service.yaml"), yaml);
        DataSource served = database.served();
        return new ServiceUnderTest(folder, config, name -> name.equals("results") ? served : null);
    }

    DataService service() {
        return service;
    }

    void rewrite(String yaml) throws IOException {
        Path next = folder.resolve(".next");
        Files.writeString(next, yaml);
        Files.move(next, folder.resolve("service.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.port() + path);
    }

    static String identity(String subject, String scope, Map<String, Object> more) {
        Map<String, Object> claims = new HashMap<>(more);
        claims.put("sub", subject);
        claims.put("scope", scope);
        return new IdentityHeader(SECRET, Clock.systemUTC()).sign(claims, Duration.ofMinutes(1));
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    JsonObject json(String path, String... headers) throws Exception {
        HttpResponse<String> answer = get(path, headers);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpClient client() {
        return client;
    }

    List<String> problems() {
        return health.states().values().stream().map(HealthChecks.State::detail).toList();
    }

    @Override
    public void close() {
        service.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

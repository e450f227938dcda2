package io.sluice.gateway;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** A gateway with one REST API, {@code /farms/1.0}, before a {@link StubRestServer}; its token is {@link FakeVerifier#GOOD}. */
final class RestFixture implements AutoCloseable {

    static final String BEARER = "Bearer " + FakeVerifier.GOOD;
    static final String AUTHORIZATION = "Authorization: " + BEARER + "\r\n";

    final GatewayFixture gateway;
    final StubRestServer upstream;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RestFixture(Path apis) throws Exception {
        gateway = new GatewayFixture(apis);
        upstream = StubRestServer.started(gateway.vertx);
    }

    /** Writes the API file with these lines and starts. */
    RestFixture start(String... lines) throws Exception {
        return startAt(upstream.uri(), lines);
    }

    RestFixture startAt(URI address, String... lines) throws Exception {
        gateway.writeRest("farms", address, lines).start();
        return this;
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + gateway.port() + "/farms/1.0" + path);
    }

    /** A request with a good token. */
    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(url(path)).timeout(Duration.ofSeconds(20)).header("Authorization", BEARER);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpClient client() {
        return client;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(to(path));
    }

    /** What the upstream was asked, as it answered. */
    JsonObject asked(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    /** Sends bytes and reads one answer. */
    String raw(String text) throws IOException {
        try (RawClient raw = gateway.raw()) {
            raw.send(text);
            return raw.answer();
        }
    }

    static String code(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("code");
    }

    @Override
    public void close() throws Exception {
        gateway.close();
    }
}

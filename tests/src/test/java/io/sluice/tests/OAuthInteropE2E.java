package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.ConfigFile;
import io.sluice.common.HealthChecks;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.GatewayConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Others' OAuth2: strict clients against our authorization server, and another's tokens against our gateway. */
class OAuthInteropE2E {

    private static final String USER = "alice";
    private static final String PASSWORD = "correct horse battery";

    /** Nobody listens at the upstream: who is let in gets that far. */
    private static final int LET_IN = 502;

    @TempDir
    Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();
    private Gateway gateway;

    @BeforeEach
    void api() throws IOException {
        Files.createDirectories(home.resolve("apis"));
        Files.writeString(
                home.resolve("apis/farms.yaml"),
                "name: farms\ncontext: farms\nversion: 1.0\nupstream: http://127.0.0.1:9\nscopes: [farms:read]\n");
    }

    @AfterEach
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void strictClientsAgreeWithTheAuthorizationServer() throws Exception {
        Node node = Node.prepared();
        start(Map.of());
        String issuer = gateway.address().toString();
        String administration = addUser(issuer);

        assertThat(node.run("oauth4webapi.mjs", issuer, administration, USER, PASSWORD))
                .endsWith("all good\n");
        assertThat(node.run("openid-client.mjs", issuer, administration, USER, PASSWORD))
                .endsWith("all good\n");
    }

    @Test
    void tokensOfAnotherServerAreTakenAlsoAfterItChangedItsKeys() throws Exception {
        Node node = Node.prepared();
        Process provider = node.start("provider.mjs", "0");
        try (BufferedReader out = provider.inputReader();
                Writer in = provider.outputWriter()) {
            String issuer = out.lines()
                    .filter(line -> line.startsWith("issuer "))
                    .findFirst()
                    .orElseThrow()
                    .substring("issuer ".length());
            start(Map.of(
                    "issuers",
                    "[{issuer: '" + issuer + "', audience: [sluice]}]",
                    "authorization-server.enabled",
                    "false"));
            String old = token(issuer);
            assertThat(call(old)).isEqualTo(LET_IN);

            in.write("rotate\n");
            in.flush();
            assertThat(out.lines().anyMatch("rotated"::equals)).isTrue(); // the provider also prints notices
            String fresh = token(issuer);

            await().atMost(Duration.ofSeconds(15)) // two fetches of keys are 5 s apart at least
                    .until(() -> call(fresh) == LET_IN);
        } finally {
            provider.destroy();
            provider.waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(call("a.b.c")).as("the gateway itself is well").isEqualTo(401);
    }

    private int call(String token) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(gateway.address().resolve("/farms/1.0/x"))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private String token(String issuer) throws Exception {
        String basic = "app:" + URLEncoder.encode("a secret of the app", StandardCharsets.UTF_8);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(issuer + "/token"))
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=farms:read"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getString("access_token");
    }

    private String addUser(String issuer) throws Exception {
        String token = new JsonObject(Files.readString(home.resolve("secrets/administration.json"))).getString("token");
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(issuer + "/oauth2/users"))
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(new JsonObject()
                                .put("name", USER)
                                .put("password", PASSWORD)
                                .encode()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
        return token;
    }

    private void start(Map<String, String> settings) throws Exception {
        Path file = home.resolve("gateway.yaml");
        StringBuilder yaml = new StringBuilder("port: 0\napis: " + home.resolve("apis") + "\n");
        settings.forEach((key, value) -> yaml.append(
                        key.contains(".") ? key.replace(".", ": {") + ": " + value + "}" : key + ": " + value)
                .append('\n'));
        Files.writeString(file, yaml);
        GatewayConfig config = ConfigFile.read(file, GatewayConfig.class, Map.of());
        gateway = new Gateway(config, home, vertx, new SimpleMeterRegistry(), new HealthChecks());
        gateway.start();
    }
}

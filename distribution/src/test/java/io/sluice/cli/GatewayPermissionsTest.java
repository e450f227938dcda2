package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.ConfigFile;
import io.sluice.common.HealthChecks;
import io.sluice.gateway.Gateway;
import io.sluice.runner.admin.TokenPermissions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token of the gateway opens the runner's admin API, whether the gateway is in the same process or not. */
@Timeout(60)
class GatewayPermissionsTest {

    @TempDir
    Path home;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new Gateway(config(0).gateway(), home, vertx, meters, new HealthChecks());
        gateway.start();
    }

    @AfterEach
    void close() {
        gateway.close();
        vertx.close();
    }

    private SluiceConfig config(int port) throws IOException {
        Path file = Files.writeString(home.resolve("sluice.yaml"), """
                gateway:
                  port: %d
                  apis: %s
                  authorization-server:
                    clients: [{id: operator, scopes: [siddhiApp.view], secret: a-secret-of-a-test}]
                """.formatted(port, home.resolve("apis")));
        return ConfigFile.read(file, SluiceConfig.class, Map.of(), Map.of());
    }

    private String token() throws Exception {
        String credentials =
                Base64.getEncoder().encodeToString("operator:a-secret-of-a-test".getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.address() + "/oauth2/token"))
                .header("Authorization", "Basic " + credentials)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=siddhiApp.view"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getString("access_token");
    }

    private static TokenPermissions.Answer ask(TokenPermissions permissions, String token) throws Exception {
        return permissions.of(token).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void believesTheGatewayOfTheSameProcess() throws Exception {
        TokenPermissions permissions = GatewayPermissions.of(gateway);

        assertThat(ask(permissions, token()))
                .isInstanceOfSatisfying(
                        TokenPermissions.Granted.class,
                        granted -> assertThat(granted.scopes()).isEqualTo(Set.of("siddhiApp.view")));
        assertThat(ask(permissions, "forged")).isInstanceOf(TokenPermissions.Refused.class);
    }

    @Test
    void believesAGatewayElsewhereByItsPublishedKeys() throws Exception {
        SluiceConfig other = config(gateway.port());
        TokenPermissions permissions = GatewayPermissions.of(other.gateway(), other.identity(), vertx, meters);

        assertThat(ask(permissions, token()))
                .isInstanceOfSatisfying(
                        TokenPermissions.Granted.class,
                        granted -> assertThat(granted.scopes()).isEqualTo(Set.of("siddhiApp.view")));
        assertThat(ask(permissions, "forged")).isInstanceOf(TokenPermissions.Refused.class);
    }

    @Test
    void believesNobodyWhereItsAddressIsNotSafe() throws Exception {
        Path file = Files.writeString(home.resolve("open.yaml"), "gateway: {host: 10.0.0.5}\n");
        SluiceConfig open = ConfigFile.read(file, SluiceConfig.class, Map.of(), Map.of());

        assertThat(GatewayPermissions.of(open.gateway(), open.identity(), vertx, meters))
                .isSameAs(TokenPermissions.NONE);
    }
}

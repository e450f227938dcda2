package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.ConfigException;
import io.sluice.common.HealthChecks;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the gateway starts, what it says when it cannot, and what it leaves behind. */
class LifecycleIT {

    @TempDir
    Path apis;

    @TempDir
    Path home;

    private GatewayFixture gateway;

    @BeforeEach
    void prepare() throws Exception {
        gateway = new GatewayFixture(apis);
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    @Test
    void servesTheGoodApiBesideABadFileAndShowsBoth() throws Exception {
        Files.writeString(apis.resolve("broken.yaml"), "name: broken\nuptream: ws://x\n");
        gateway.start();

        HealthChecks.State broken = gateway.health.states().get("api file broken.yaml");

        assertThat(broken.up()).isFalse();
        assertThat(broken.detail()).contains("broken.yaml:2", "Did you mean 'upstream'?");
        await().until(() -> gateway.health.states().get("api productions").up());
        try (JdkClient client = gateway.open()) {
            assertThat(client.closed).isNotDone();
        }
    }

    @Test
    void listsWhatItServes() throws Exception {
        gateway.write("ticker", "public: true").start();

        assertThat(gateway.gateway().apis())
                .containsExactly(
                        new ServedApi(
                                "productions",
                                "1.0",
                                "/productions/1.0",
                                List.of("productions:read"),
                                false,
                                gateway.productions()),
                        new ServedApi("ticker", "1.0", "/ticker/1.0", List.of(), true, gateway.url("/ticker/1.0")));
    }

    @Test
    void startsWithoutItsUpstreamAndConnectsLater() throws Exception {
        gateway.upstream.stop();
        Gateway alone = new Gateway(gateway.config(), gateway.vertx, gateway.meters, gateway.health, gateway.trust());

        alone.start();
        try {
            await().until(() ->
                    gateway.health.states().get("api productions").detail().contains("did not accept the connection"));
            gateway.upstream.start();
            await().until(() -> gateway.health.states().get("api productions").up());
        } finally {
            alone.close();
        }
    }

    @Test
    void namesAddressAndRemedyWhenAnotherProgramHasThePort() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gateway.with("port", Integer.toString(other.getLocalPort()));

            assertThatThrownBy(gateway::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + other.getLocalPort() + " on 127.0.0.1")
                    .hasMessageContaining("already in use")
                    .hasMessageContaining("set gateway.port");
        }
    }

    @Test
    void doesNotShareItsPortWithAnotherServerOfTheSameProcess() throws Exception {
        gateway.start();
        GatewayConfig same =
                gateway.with("port", Integer.toString(gateway.port())).config();
        Gateway second = new Gateway(same, gateway.vertx, gateway.meters, new HealthChecks(), gateway.trust());

        assertThatThrownBy(second::start).hasMessageContaining("already in use");
        assertThat(gateway.answerTo("/productions/1.0")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void leavesNothingBehindAndStartsAgain() throws Exception {
        gateway.start();
        int port = gateway.port();

        gateway.gateway().close();
        gateway.gateway().close();

        await().until(() -> gateway.upstream.connections() == 0);
        assertThat(gateway.health.states()).isEmpty();
        assertThat(gateway.meters.find("gateway.upstream.connected").gauge()).isNull();
        gateway.with("port", Integer.toString(port)).startAgain();
        assertThat(gateway.answerTo("/productions/1.0")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void closesWhatItOpenedWhenTheStartFails() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Gateway failing = new Gateway(
                gateway.with("port", Integer.toString(port)).config(),
                gateway.vertx,
                gateway.meters,
                gateway.health,
                (self, scopes) -> {
                    throw new IOException("keys cannot be read");
                });

        assertThatThrownBy(failing::start).hasMessage("keys cannot be read");

        assertThat(gateway.health.states()).isEmpty();
        gateway.startAgain();
        assertThat(gateway.port()).isEqualTo(port);
    }

    @Test
    void refusesToStartWhereNoTokenCouldEverBeGood() {
        GatewayConfig config =
                gateway.with("authorization-server.enabled", "false").config();
        Gateway untrusting = new Gateway(config, home, gateway.vertx, new SimpleMeterRegistry(), gateway.health);

        assertThatThrownBy(untrusting::start)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("gateway.issuers")
                .hasMessageContaining("gateway.authorization-server.enabled");
    }

    @Test
    void trustsItsOwnAuthorizationServerWhereNoIssuerIsNamed() throws Exception {
        Gateway own = new Gateway(gateway.config(), home, gateway.vertx, gateway.meters, gateway.health);
        own.start();
        try {
            URI url = own.apis().get(0).url();
            await().until(() -> gateway.upstream.connections() == 1);

            String good = token(own, "productions:read");
            try (RawClient client = new RawClient(own.port(), 0)) {
                client.send(RawClient.handshake(url.getPath(), "Authorization: Bearer " + good));
                assertThat(client.answer()).startsWith("HTTP/1.1 101 ");
            }
            try (JdkClient client = JdkClient.open(url, good)) {
                gateway.upstream.sendText("an event");
                await().until(() -> client.texts.contains("an event"));
            }
            try (RawClient client = new RawClient(own.port(), 0)) {
                String forged = token(own, "productions:read").replaceFirst("\\.[^.]*$", ".AAAA");
                client.send(RawClient.handshake(url.getPath(), "Authorization: Bearer " + forged));
                assertThat(client.answer()).startsWith("HTTP/1.1 401 ").contains("invalid_token");
            }
            await().until(() -> gateway.count("gateway.requests", "api", "authorization-server", "status", "200") == 2);
        } finally {
            own.close();
        }
    }

    private String token(Gateway own, String scope) throws Exception {
        JsonObject secret = new JsonObject(Files.readString(home.resolve("secrets/sluice-cli.json")));
        String basic = Base64.getEncoder()
                .encodeToString(
                        "sluice-cli:%s".formatted(secret.getString("secret")).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + own.port() + "/oauth2/token"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=" + scope))
                .build();
        String body = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return Objects.requireNonNull(new JsonObject(body).getString("access_token"), body);
    }
}

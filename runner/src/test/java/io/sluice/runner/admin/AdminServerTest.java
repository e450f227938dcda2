package io.sluice.runner.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.DataSize;
import io.sluice.common.HealthChecks;
import io.sluice.common.Secret;
import io.sluice.runner.AdminConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The way of every call: who calls, what is allowed, what is sent back when something is wrong. */
@Timeout(30)
class AdminServerTest {

    private static final String VIEWER = basic("viewer", "look");
    private static final String OPERATOR = basic("operator", "act");

    @TempDir
    Path home;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HealthChecks health = new HealthChecks();
    private AdminServer server;

    @AfterEach
    void close() {
        server.close();
        vertx.close();
    }

    private void start(AdminConfig config) throws Exception {
        RouteGroup group = router -> router.on(
                        HttpMethod.GET, "/things/:name", Access.VIEW, call -> Reply.json(200, call.path("name")))
                .on(HttpMethod.PUT, "/things/:name", Access.MANAGE, call -> Reply.json(200, call.text()))
                .on(HttpMethod.POST, "/broken", Access.MANAGE, call -> {
                    throw new IllegalStateException("secret cause");
                });
        server = new AdminServer(
                config, home, vertx, meters, AdminServerTest::token, List.of(group, new HealthRoutes(health)));
        server.start();
    }

    private static Future<TokenPermissions.Answer> token(String token) {
        return Future.succeededFuture(
                switch (token) {
                    case "good" -> new TokenPermissions.Granted("robot", Set.of(AdminConfig.MANAGE));
                    case "offline" -> new TokenPermissions.Unavailable("no keys", Duration.ofSeconds(3));
                    default -> new TokenPermissions.Refused("the token is expired");
                });
    }

    private static AdminConfig config(boolean compatible) {
        return new AdminConfig(
                "127.0.0.1",
                0,
                List.of(
                        new AdminConfig.User("viewer", new Secret("look"), List.of(AdminConfig.VIEW)),
                        new AdminConfig.User("operator", new Secret("act"), List.of(AdminConfig.MANAGE))),
                compatible,
                new DataSize(64),
                10,
                Duration.ofSeconds(5));
    }

    private static String basic(String user, String password) {
        byte[] text = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(text);
    }

    private HttpResponse<String> send(String method, String path, String authorization, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String authorization, String... headers) throws Exception {
        return send("GET", path, authorization, "", headers);
    }

    private static String code(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getInteger("status")).isEqualTo(response.statusCode());
        return response.statusCode() + " " + problem.getString("code");
    }

    @Test
    void letsInUsersAndTokensWithTheirPermissions() throws Exception {
        start(config(false));

        assertThat(get("/things/a%20b", VIEWER).body()).isEqualTo("\"a b\"");
        assertThat(get("/things/x", OPERATOR).statusCode()).isEqualTo(200);
        assertThat(get("/things/x", "Bearer good").statusCode()).isEqualTo(200);
        assertThat(send("PUT", "/things/x", "Bearer good", "text", "Content-Type", "text/plain; charset=UTF-8")
                        .body())
                .isEqualTo("\"text\"");
    }

    @Test
    void tellsMissingCredentialsFromBadOnesAndFromMissingPermissions() throws Exception {
        start(config(false));

        HttpResponse<String> none = get("/things/x", "");
        assertThat(code(none)).isEqualTo("401 RUN-101");
        assertThat(none.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic realm=");
        assertThat(code(get("/things/x", "Basic ???"))).isEqualTo("401 RUN-101");
        assertThat(code(get("/things/x", "Digest x"))).isEqualTo("401 RUN-101");
        assertThat(code(get("/things/x", basic("viewer", "wrong")))).isEqualTo("401 RUN-102");
        assertThat(code(get("/things/x", basic("nobody", "")))).isEqualTo("401 RUN-102");
        assertThat(code(get("/things/x", "Bearer old"))).isEqualTo("401 RUN-102");
        assertThat(code(send("PUT", "/things/x", VIEWER, "text"))).isEqualTo("403 RUN-103");
        HttpResponse<String> offline = get("/things/x", "Bearer offline");
        assertThat(code(offline)).isEqualTo("503 RUN-105");
        assertThat(offline.headers().firstValue("Retry-After")).hasValue("3");
    }

    @Test
    void answersAsTheOldServersDidWhereThatIsAskedFor() throws Exception {
        start(config(true));

        HttpResponse<String> none = get("/things/x", "");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(none.body()).getString("type")).isEqualTo("error");
        assertThat(get("/things/x", "Basic ???").statusCode()).isEqualTo(400);
        assertThat(get("/things/x", basic("viewer", "wrong")).statusCode()).isEqualTo(401);
        assertThat(send("PUT", "/things/x", VIEWER, "text").statusCode()).isEqualTo(401);
    }

    @Test
    void refusesCallsFromPagesOfOtherSites() throws Exception {
        start(config(false));

        assertThat(code(get("/things/x", VIEWER, "Origin", "https://evil.example")))
                .isEqualTo("403 RUN-104");
        assertThat(code(get("/things/x", VIEWER, "Sec-Fetch-Site", "cross-site")))
                .isEqualTo("403 RUN-104");
        assertThat(get("/things/x", VIEWER, "Origin", server.address().toString())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void saysWhatIsWrongWithARequest() throws Exception {
        start(config(false));

        assertThat(code(get("/nothing", VIEWER))).isEqualTo("404 SLU-201");
        HttpResponse<String> method = send("DELETE", "/things/x", VIEWER, "");
        assertThat(code(method)).isEqualTo("405 SLU-202");
        assertThat(method.headers().firstValue("Allow")).hasValue("GET, PUT");
        assertThat(code(send("PUT", "/things/x", OPERATOR, "{}", "Content-Type", "application/json")))
                .isEqualTo("415 RUN-203");
        assertThat(code(send("PUT", "/things/x", OPERATOR, "", "Content-Type", "text/plain")))
                .isEqualTo("400 RUN-201");
        assertThat(code(send("PUT", "/things/x", OPERATOR, "x".repeat(65), "Content-Type", "text/plain")))
                .isEqualTo("413 RUN-202");
    }

    @Test
    void keepsTheCauseOfAFaultForTheLog() throws Exception {
        start(config(false));

        HttpResponse<String> broken = send("POST", "/broken", OPERATOR, "");

        assertThat(code(broken)).isEqualTo("500 SLU-901");
        assertThat(broken.body()).contains("incident").doesNotContain("secret cause");
    }

    @Test
    void generatesASecretThatOnlyTheOwnerReads() throws Exception {
        start(AdminConfig.ANY_PORT);
        Path file = home.resolve("secrets/admin");
        String secret = Files.readString(file).strip();

        assertThat(secret).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(get("/things/x", basic("admin", secret)).statusCode()).isEqualTo(200);
        assertThat(code(get("/things/x", basic("admin", "admin")))).isEqualTo("401 RUN-102");

        server.close();
        start(AdminConfig.ANY_PORT);

        assertThat(get("/things/x", basic("admin", secret)).statusCode()).isEqualTo(200);
    }

    @Test
    void tellsStrangersThatItLivesAndWhetherItIsReadyButNotWhy() throws Exception {
        start(config(false));

        assertThat(get("/health", "").body()).isEqualTo("{\"status\":\"healthy\"}");
        assertThat(get("/health/ready", "").statusCode()).isEqualTo(200);

        health.register("app:X", () -> new HealthChecks.State(false, "secret reason"));

        assertThat(get("/health", "").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get("/health/ready", "");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("\"app:X\":\"down\"").doesNotContain("secret reason");
    }

    @Test
    void leavesNoPortThreadOrMeterBehind() throws Exception {
        start(config(false));
        URI address = server.address();
        assertThat(get("/things/x", VIEWER).statusCode()).isEqualTo(200);

        server.close();
        server.close();

        assertThat(meters.getMeters()).isEmpty();
        assertThat(connects(address)).isFalse();
    }

    private boolean connects(URI address) throws InterruptedException {
        try {
            client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding());
            return true;
        } catch (java.io.IOException refused) {
            return false;
        }
    }

    @Test
    void describesExactlyWhatItServes() throws Exception {
        start(config(false));

        JsonObject document =
                new JsonObject(send("GET", "/openapi.json", "", "").body());

        for (AdminRouter.Route route : server.routes()) {
            JsonObject operation = document.getJsonObject("paths")
                    .getJsonObject(route.path().replace(":name", "{name}"))
                    .getJsonObject(route.method().name().toLowerCase(Locale.ROOT));
            assertThat(operation.containsKey("security")).as(route.toString()).isEqualTo(route.access() != Access.OPEN);
        }
        assertThat(document.getJsonObject("paths").stream()
                        .mapToInt(path -> ((JsonObject) path.getValue()).size())
                        .sum())
                .isEqualTo(server.routes().size());
    }
}

package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.common.HealthChecks.State;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HealthChecks health = new HealthChecks();
    private final ManagementServer server = serverOn("127.0.0.1", 0);
    private final HttpClient client = HttpClient.newHttpClient();

    private ManagementServer serverOn(String host, int port) {
        return new ManagementServer(vertx, host, port, "management.port", meters, health);
    }

    @BeforeEach
    void start() throws Exception {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private HttpResponse<String> call(String method, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void isLiveAsLongAsItAnswers() throws Exception {
        health.register("kafka", () -> new State(false, "down"));

        HttpResponse<String> answer = call("GET", "/health/live");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void isReadyWhenEveryCheckIsUp() throws Exception {
        health.register("kafka", () -> new State(true, "connected to 127.0.0.1:9092"));

        HttpResponse<String> answer = call("GET", "/health/ready?verbose");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject("""
                        {"status": "UP", "checks": {"kafka": {"status": "UP", "detail": "connected to 127.0.0.1:9092"}}}
                        """));
    }

    @Test
    void isNotReadyWhenOneCheckIsDownAndTellsAll() throws Exception {
        health.register("kafka", () -> new State(false, "no broker answers since 10:00"));
        health.register("apps", () -> new State(true, "2 running"));

        HttpResponse<String> answer = call("GET", "/health/ready");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject("""
                        {"status": "DOWN", "checks": {
                          "apps": {"status": "UP", "detail": "2 running"},
                          "kafka": {"status": "DOWN", "detail": "no broker answers since 10:00"}}}
                        """));
    }

    @Test
    void servesMetricsOfOursAndOfTheJvm() throws Exception {
        meters.counter("runner.events.dropped", "reason", "slow_consumer").increment(3);

        HttpResponse<String> answer = call("GET", "/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body())
                .contains("runner_events_dropped_total{reason=\"slow_consumer\"} 3.0\n")
                .contains("jvm_memory_used_bytes{area=\"heap\"", "jvm_threads_live_threads", "process_uptime_seconds");
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpResponse<String> answer = call("HEAD", "/health/live");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void knowsNoOtherPath() throws Exception {
        HttpResponse<String> answer = call("GET", "/health");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.getString("code")).isEqualTo("SLU-201");
        assertThat(problem.getString("type")).isEqualTo("urn:sluice:error:SLU-201");
        assertThat(problem.getString("detail")).isEqualTo("nothing is served at '/health'");
        assertThat(problem.getString("hint")).contains("/health/ready");
    }

    @Test
    void refusesOtherMethodsAndNamesThoseItHas() throws Exception {
        HttpResponse<String> answer = call("POST", "/metrics");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("SLU-202");
    }

    @Test
    void saysWhichPortIsInUseAndWhatToDo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> serverOn("127.0.0.1", port).start())
                    .isInstanceOf(PortInUse.class)
                    .hasMessage("port " + port
                            + " on 127.0.0.1 is already in use: stop what uses it or set management.port");
        }
    }

    @Test
    void saysThatAnAddressIsNotOfThisMachine() {
        assertThatThrownBy(() -> serverOn("192.0.2.1", 0).start())
                .isInstanceOf(PortInUse.class)
                .hasMessage("port 0 on 192.0.2.1 cannot be opened: this machine has no address 192.0.2.1."
                        + " Set management.host");
    }

    @Test
    void saysThatAHostNameIsUnknown() {
        assertThatThrownBy(() -> serverOn("no-such-host.invalid", 0).start())
                .isInstanceOf(PortInUse.class)
                .hasMessageContaining("this machine has no address no-such-host.invalid. Set management.host");
    }

    @Test
    void givesItsPortBackOnCloseAndMayBeClosedTwice() {
        int port = server.port();

        server.close();
        server.close();

        URI uri = URI.create("http://127.0.0.1:" + port + "/health/live");
        assertThatThrownBy(() -> client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void closesWithoutHavingStarted() {
        serverOn("127.0.0.1", 0).close();
    }
}

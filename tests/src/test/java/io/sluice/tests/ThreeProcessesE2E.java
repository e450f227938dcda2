package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.MariaDbServer;
import io.sluice.kafka.embedded.EmbeddedBroker;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The release archive, run as the containers of {@code docker/compose.yaml} run it: the same commands, environment and configuration file, with ports, folders and
 * database of this test in their place; a broker and a MariaDB beside them.
 */
class ThreeProcessesE2E {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Deque<SluiceUnderTest> processes = new ArrayDeque<>();
    private final Map<String, String> ports = Map.of(
            "PRODUCTIONS_PORT", String.valueOf(Ports.free()),
            "FARM_PORT", String.valueOf(Ports.free()),
            "SLUICE_DATASERVICE_PORT", String.valueOf(Ports.free()));
    private final int gatewayPort = Ports.free();
    private EmbeddedBroker broker;
    private DatabaseServer database;
    private Path installation;
    private SluiceUnderTest gateway;
    private SluiceUnderTest runner;

    @BeforeEach
    void start() throws Exception {
        database = DatabaseServer.orSkip("MariaDB", MariaDbServer::start);
        broker = new EmbeddedBroker(folder.resolve("kafka"), 0);
        broker.start();
        broker.createTopic("productions", 1);
        installation = ReleaseArchive.unpack(Files.createDirectory(folder.resolve("archive")));
        gateway = start("gateway");
        runner = start("runner");
        start("dataservice");
    }

    @AfterEach
    void stop() throws Exception {
        try (DatabaseServer lastButOne = database;
                EmbeddedBroker last = broker) {
            while (!processes.isEmpty()) {
                processes.pop().close();
            }
        }
    }

    @Test
    void carriesEventsFromKafkaToTheSocketAndReportsFromHttpThroughTheDatabaseToRest() throws Exception {
        String token = gateway.token();
        Subscriber subscriber = Subscriber.withToken("ws://127.0.0.1:" + gatewayPort + "/productions/1.0", token);

        await().atMost(LIMIT).untilAsserted(() -> {
            produce("{\"event\":{\"name\":\"flour\",\"amount\":450.0}}");
            assertThat(subscriber.messages()).anyMatch(message -> message.contains("flour"));
        });

        assertThat(report(null)).as("without a token").isEqualTo(401);
        assertThat(report(token)).isEqualTo(200);
        HttpResponse<String> supply = get("/farm/1.0/supply", token);
        assertThat(supply.statusCode()).as(supply.body()).isEqualTo(200);
        assertThat(new JsonObject(supply.body()).getJsonArray("data"))
                .containsExactly(new JsonObject()
                        .put("crop", "rice")
                        .put("region", "north")
                        .put("quantity", 10.5)
                        .put("reports", 1));
    }

    @Test
    void tellTheContainerEngineTheirHealth() throws Exception {
        await().atMost(LIMIT).until(() -> health(URI.create(runner.management()).getPort()) == 0);

        database.down();

        await().atMost(LIMIT).until(() -> health(URI.create(runner.management()).getPort()) == 1);
        database.up();
        await().atMost(LIMIT).until(() -> health(URI.create(runner.management()).getPort()) == 0);
    }

    private int health(int port) throws IOException, InterruptedException {
        ProcessBuilder check =
                new ProcessBuilder(ComposeFiles.FOLDER.resolve("health").toString()).redirectErrorStream(true);
        check.environment().put("SLUICE_HEALTH_PORT", String.valueOf(port));
        return check.start().waitFor();
    }

    /** Starts a service of the compose file as a process. */
    private SluiceUnderTest start(String name) {
        Map<String, Object> service = ComposeFiles.services("compose.yaml").get(name);
        Map<String, String> environment = new HashMap<>(ports);
        ComposeFiles.<String>map(service.get("environment")).forEach(environment::put);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        List<String> command = new ArrayList<>(ComposeFiles.list(service.get("command")));
        command.replaceAll(word -> word.replace("/etc/sluice", ComposeFiles.FOLDER.toString()));
        Map<String, Object> here = Map.of(
                "data-sources.default.url",
                database.url(),
                "data-sources.default.user",
                database.user(),
                "data-sources.default.password",
                "",
                "runner.apps",
                installation.resolve("siddhi-apps"),
                "gateway.apis",
                installation.resolve("apis"),
                "gateway.port",
                gatewayPort,
                "dataservice.services",
                installation.resolve("dataservices"),
                "management." + name + "-port",
                0);
        here.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        Path home = folder.resolve("home-" + name);
        command.addAll(List.of("--home", home.toString()));
        SluiceUnderTest started = SluiceUnderTest.start(installation.resolve("bin/sluice"), home, environment, command);
        processes.push(started);
        started.awaitReady();
        return started;
    }

    private void produce(String event) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("productions", event));
        }
    }

    private int report(String token) throws IOException, InterruptedException {
        String event = "{\"event\":{\"farmer\":\"anna\",\"crop\":\"rice\",\"region\":\"north\",\"quantity\":10.5}}";
        HttpRequest.Builder request = request("/farm-reports/1.0/readiness", token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(event));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return client.send(request(path, token).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gatewayPort + path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }
}

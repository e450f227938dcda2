package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker, runner and gateway apart, as in production: each may go away and come back, and the clients stay connected. */
class SplitProcessesE2E {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private Map<String, String> environment;
    private SluiceUnderTest runner;
    private SluiceUnderTest gateway;

    @BeforeEach
    void start() throws IOException {
        broker = new EmbeddedBroker(folder.resolve("kafka"), 0);
        broker.start();
        broker.createTopic("productions", 1);
        Path apps = Files.createDirectory(folder.resolve("apps"));
        Path sample = Path.of("siddhi-apps", "KafkaToWebSocket.siddhi");
        Files.copy(SluiceUnderTest.repository().resolve(sample), apps.resolve(sample.getFileName()));
        environment = Map.of(
                "PRODUCTIONS_PORT", String.valueOf(Ports.free()),
                "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        runner = startRunner();
        gateway = SluiceUnderTest.start(
                folder.resolve("gateway"),
                environment,
                List.of(
                        "gateway",
                        "--home",
                        folder.resolve("gateway").toString(),
                        "--set",
                        "gateway.port=0",
                        "--set",
                        "management.port=0"));
        gateway.awaitReady();
    }

    /** Whatever of it has started. */
    @AfterEach
    void stop() {
        try (EmbeddedBroker last = broker;
                SluiceUnderTest second = runner;
                SluiceUnderTest first = gateway) {
            // closing is all
        }
    }

    @Test
    void clientsStayAndGetEverythingAgainAfterTheRunnerWasKilled() throws Exception {
        Subscriber subscriber =
                Subscriber.open(gateway.api(), Map.of("Authorization", "Bearer " + gateway.token()), "sluice.v1");
        produce(0, 100);
        await().atMost(LIMIT).until(() -> numbers(subscriber).contains(99));

        runner.process().destroyForcibly().waitFor();
        await().atMost(LIMIT).until(() -> told(subscriber, "down"));
        produce(100, 200); // some of these may pass before the gateway is back: it says so
        runner = startRunner();
        await().atMost(LIMIT).until(() -> told(subscriber, "up"));

        produce(200, 300);
        await().atMost(LIMIT).until(() -> numbers(subscriber).contains(299));
        assertThat(numbers(subscriber))
                .containsAll(IntStream.range(0, 100).boxed().toList())
                .containsAll(IntStream.range(200, 300).boxed().toList());
        assertThat(subscriber.closed()).as("the socket").isNotDone();
    }

    @Test
    void nothingIsLostWhenTheBrokerRestartsUnderLoad() throws IOException {
        Subscriber subscriber = Subscriber.withToken(gateway.api(), gateway.token());
        produce(0, 500);
        await().atMost(LIMIT).until(() -> numbers(subscriber).contains(499));

        broker.close();
        broker.start();
        produce(500, 1_000);

        await().atMost(LIMIT).until(() -> numbers(subscriber).contains(999));
        assertThat(numbers(subscriber))
                .containsAll(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void theRunnerBecomesReadyWhenALateBrokerComes() throws Exception {
        runner.close();
        broker.close();
        runner = startRunner();
        HttpResponse<String> without = ready();
        assertThat(without.statusCode()).as(without.body()).isEqualTo(503);
        assertThat(without.body()).contains("source 'kafka' of stream");

        broker.start();
        produce(0, 1);

        Subscriber subscriber = Subscriber.withToken(gateway.api(), gateway.token());
        await().atMost(LIMIT).untilAsserted(() -> {
            produce(1, 2);
            assertThat(numbers(subscriber)).contains(1);
        });
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(ready().statusCode()).isEqualTo(200));
    }

    /** Whether a control message has said that the way to the runner is in this state. */
    private static boolean told(Subscriber subscriber, String state) {
        return subscriber.messages().stream()
                .anyMatch(message ->
                        message.contains("\"type\":\"upstream\"") && message.contains("\"state\":\"" + state + "\""));
    }

    private HttpResponse<String> ready() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(runner.management() + "/health/ready"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private SluiceUnderTest startRunner() {
        SluiceUnderTest started = SluiceUnderTest.start(
                folder.resolve("runner"),
                environment,
                List.of(
                        "runner",
                        "--home",
                        folder.resolve("runner").toString(),
                        "--set",
                        "runner.apps=" + folder.resolve("apps"),
                        "--set",
                        "management.port=0"));
        started.awaitReady();
        return started;
    }

    private void produce(int from, int to) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int number = from; number < to; number++) {
                producer.send(new ProducerRecord<>(
                        "productions", "{\"event\":{\"name\":\"n" + number + "\",\"amount\":1.5}}"));
            }
        }
    }

    private static Set<Integer> numbers(Subscriber subscriber) {
        return subscriber.messages().stream()
                .filter(message -> message.contains("\"name\""))
                .map(message -> message.substring(
                        message.indexOf('\n') + 1)) // on sluice.v1, a line with the type stands before the event
                .map(JsonObject::new)
                .map(json -> json.getJsonObject("event").getString("name"))
                .map(name -> Integer.valueOf(name.substring(1)))
                .collect(Collectors.toSet());
    }
}

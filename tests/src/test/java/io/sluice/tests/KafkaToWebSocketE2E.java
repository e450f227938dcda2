package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, black box: a Kafka record goes in, the processed event comes out of a WebSocket that only opens with a good token. */
class KafkaToWebSocketE2E {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static SluiceUnderTest sluice;

    @BeforeAll
    static void start() {
        sluice = SluiceUnderTest.up(folder.resolve("data"), Map.of("PRODUCTIONS_PORT", String.valueOf(Ports.free())));
    }

    @AfterAll
    static void stop() {
        sluice.close();
        assertThat(sluice.process().exitValue()).as("exit code after SIGTERM").isZero();
    }

    @Test
    void pushesTheProcessedEventToASubscriberWithAToken() {
        Subscriber subscriber = Subscriber.withToken(sluice.api(), sluice.token());

        produce("{\"event\":{\"name\":\"bread\",\"amount\":450.5}}");

        await().atMost(LIMIT).until(() -> subscriber.messages().stream().anyMatch(text -> text.contains("bread")));
        JsonObject event = new JsonObject(subscriber.messages().stream()
                .filter(text -> text.contains("bread"))
                .findFirst()
                .orElseThrow());
        assertThat(event).isEqualTo(new JsonObject("{\"event\":{\"name\":\"bread\",\"amount\":450.5}}"));
    }

    @Test
    void keepsEventsOutThatTheQueryDropsAndSurvivesMalformedRecordsAmongGoodOnes() throws Exception {
        Subscriber subscriber = Subscriber.withToken(sluice.api(), sluice.token());

        produce(
                "{\"event\":{\"name\":\"first-good\",\"amount\":1.5}}",
                "{\"event\":{\"name\":\"too-large\",\"amount\":500.0}}",
                "{\"event\":{\"name\":",
                "not json at all",
                "{\"event\":{\"name\":\"mistyped\",\"amount\":\"many\"}}",
                "{\"event\":{\"name\":\"last-good\",\"amount\":2.5}}");

        await().atMost(LIMIT).until(() -> subscriber.messages().stream().anyMatch(text -> text.contains("last-good")));
        assertThat(subscriber.messages()).noneMatch(text -> text.contains("too-large") || text.contains("mistyped"));
        assertThat(subscriber.messages()).anyMatch(text -> text.contains("first-good"));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(keptErrors()).contains("not json at all", "mistyped"));
        assertThat(get(sluice.management() + "/metrics").body()).contains("runner_errors_stored_total");
    }

    @Test
    void refusesTheUpgradeWithoutATokenAndWithABrokenOne() throws Exception {
        assertThatThrownBy(() -> Subscriber.open(sluice.api(), Map.of()))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> {
                    assertThat(refused.getResponse().statusCode()).isEqualTo(401);
                    assertThat(refused.getResponse().headers().firstValue("WWW-Authenticate"))
                            .hasValueSatisfying(challenge ->
                                    assertThat(challenge).startsWith("Bearer").doesNotContain("error="));
                    assertThat(refused.getResponse().headers().firstValue("Content-Type"))
                            .hasValue("application/problem+json");
                });

        String token = sluice.token();
        String forged =
                token.substring(0, token.lastIndexOf('.') + 1) + "AAAA" + token.substring(token.lastIndexOf('.') + 5);
        assertThatThrownBy(() -> Subscriber.withToken(sluice.api(), forged))
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> {
                    assertThat(refused.getResponse().statusCode()).isEqualTo(401);
                    assertThat(refused.getResponse().headers().firstValue("WWW-Authenticate"))
                            .hasValueSatisfying(
                                    challenge -> assertThat(challenge).contains("invalid_token"));
                });
        assertThat(sluice.err()).as("the log").doesNotContain(token);
    }

    @Test
    void takesTheTokenFromTheSubprotocolAsBrowsersMust() {
        String token = sluice.token();

        Subscriber subscriber = Subscriber.open(sluice.api(), Map.of(), "sluice.v1", "bearer." + token);

        produce("{\"event\":{\"name\":\"from-a-browser\",\"amount\":3.0}}");
        await().atMost(LIMIT)
                .until(() -> subscriber.messages().stream().anyMatch(text -> text.contains("from-a-browser")));
    }

    @Test
    void worksAsTheTryOutPrintsIt() {
        String printed = sluice.out();
        List<String> lines = printed.lines().map(String::strip).toList();
        String listen = lines.stream()
                .filter(line -> line.contains(" listen "))
                .findFirst()
                .orElseThrow();
        String produce = lines.stream()
                .filter(line -> line.contains(" produce "))
                .findFirst()
                .orElseThrow();

        SluiceUnderTest listener =
                SluiceUnderTest.start(folder.resolve("listen"), Map.of(), withCount(argumentsOf(listen), 60));
        await().atMost(LIMIT).until(() -> listener.err().contains("listening to"));
        SluiceUnderTest.Result produced = SluiceUnderTest.run(
                folder.resolve("produce"), Map.of(), argumentsOf(produce).toArray(String[]::new));

        assertThat(produced.exitCode()).as(produced.err()).isZero();
        assertThat(produced.err()).contains("published 560 records to 'productions'");
        SluiceUnderTest.Result heard = listener.awaitEnd();
        assertThat(heard.exitCode()).as(heard.err()).isZero();
        assertThat(heard.out().lines()).hasSize(60).allMatch(line -> line.startsWith("{\"event\":{\"name\":"));
    }

    @Test
    void isReadyAndSaysOfWhat() throws Exception {
        // the source's connection to the broker comes a moment after the ready line
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                get(sluice.management() + "/health/ready").statusCode())
                        .isEqualTo(200));
        HttpResponse<String> ready = get(sluice.management() + "/health/ready");
        assertThat(ready.body()).contains("KafkaToWebSocket", "productions");
        assertThat(get(sluice.management() + "/health/live").statusCode()).isEqualTo(200);
        assertThat(get(sluice.gateway() + "/.well-known/oauth-authorization-server")
                        .body())
                .contains("client_credentials");
    }

    private static List<String> argumentsOf(String line) {
        List<String> words = List.of(line.split(" "));
        return words.subList(1, words.size());
    }

    private static List<String> withCount(List<String> arguments, int count) {
        return Stream.concat(
                        Stream.of(arguments.get(0), "--count", String.valueOf(count)),
                        arguments.subList(1, arguments.size()).stream())
                .toList();
    }

    private static HttpResponse<String> get(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void produce(String... records) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", sluice.kafka()), new StringSerializer(), new StringSerializer())) {
            for (String record : records) {
                producer.send(new ProducerRecord<>("productions", record));
            }
        }
    }

    /** What the error store tells an operator. */
    private static String keptErrors() throws Exception {
        String secret = Files.readString(sluice.home().resolve("secrets/admin")).strip();
        String credentials = Base64.getEncoder().encodeToString(("admin:" + secret).getBytes(StandardCharsets.UTF_8));
        URI entries = URI.create(sluice.addresses().getString("runner")
                + "/error-handler/error-entries?siddhiApp=KafkaToWebSocket&descriptive=true");
        HttpRequest request = HttpRequest.newBuilder(entries)
                .header("Authorization", "Basic " + credentials)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}

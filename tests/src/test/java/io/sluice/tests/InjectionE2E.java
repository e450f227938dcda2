package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SQL in every place that a caller with a token can fill, through gateway and data service: the rows stay as they are and nothing answers 5xx. The
 * sequence is that of a seed, {@code -Dsluice.fuzz.seed}; {@code -Dsluice.fuzz.requests} makes it longer.
 */
class InjectionE2E {

    private static final long SEED = Long.getLong("sluice.fuzz.seed", 20_261_125);
    private static final int REQUESTS = Integer.getInteger("sluice.fuzz.requests", 250);
    private static final String[] NAMES = {"crop", "region", "farmer", "sort", "cursor", "limit", "count", "text", "x'y"
    };
    private static final String[] OPERATORS = {"", "eq.", "neq.", "lt.", "gte.", "in.(", "is.", "like."};
    private static final String[] ATTACKS = {
        "'; DELETE FROM farm_supply; --",
        "1; DROP TABLE farm_readiness",
        "' OR '1'='1",
        "\") OR 1=1 --",
        "crop.desc; DROP TABLE farm_supply",
        "(SELECT 1)",
        "'||(SELECT crop FROM farm_supply)||'",
        "` OR 1=1 #",
        "CSVWRITE('/tmp/x', 'SELECT 1')",
        "1e999999999",
        "\u0000",
        "\\'; UPDATE farm_supply SET quantity = 0; --",
        "?",
        ":crop",
        "${env:PATH}",
        "../../farm/1.0/supply",
        "%27%20OR%201=1"
    };

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> environment = Map.of(
            "FARM_PORT", String.valueOf(Ports.free()),
            "SLUICE_DATASERVICE_PORT", String.valueOf(Ports.free()),
            "PRODUCTIONS_PORT", String.valueOf(Ports.free()));
    private SluiceUnderTest sluice;
    private String token;

    @BeforeEach
    void start() throws Exception {
        Path services = Files.createDirectories(folder.resolve("dataservices"));
        Path apis = Files.createDirectories(folder.resolve("apis"));
        String service = Files.readString(SluiceUnderTest.repository().resolve("dataservices/farm.yaml"));
        Files.writeString(services.resolve("farm.yaml"), service + """
                  - path: /supply/{text}
                    get:
                      sql: SELECT crop, quantity FROM farm_supply WHERE crop = :text AND quantity >= :least
                      params:
                        text: {type: string}
                        least: {type: decimal, default: '0'}
                """);
        String api = Files.readString(SluiceUnderTest.repository().resolve("apis/farm.yaml"));
        Files.writeString(
                apis.resolve("farm.yaml"),
                api.replace("operations:", "operations:\n  - {path: '/supply/{text}', methods: [GET]}"));
        sluice = SluiceUnderTest.up(
                folder.resolve("data"),
                environment,
                "--set",
                "dataservice.services=" + services,
                "--set",
                "gateway.apis=" + apis);
        assertThat(report("rice")).isEqualTo(200);
        assertThat(report("corn")).isEqualTo(200);
        token = sluice.token();
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void nothingThatACallerSendsReachesTheDatabaseAsSql() throws Exception {
        String supply = get("/supply").body();
        String readiness = get("/readiness").body();
        assertThat(new JsonObject(supply).getJsonArray("data")).hasSize(2);
        assertThat(get("/supply/rice").statusCode()).isEqualTo(200);

        for (int request = 0; request < REQUESTS; request++) {
            String path = path();
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode())
                    .as("request " + request + " of seed " + SEED + ": " + path + " got " + answer.body())
                    .isLessThan(500);
        }

        assertThat(get("/supply").body()).isEqualTo(supply);
        assertThat(get("/readiness").body()).isEqualTo(readiness);
    }

    private String path() {
        return switch (random.nextInt(3)) {
            case 0 -> "/supply/" + encoded(text());
            case 1 -> "/supply/rice?least=" + encoded(text());
            default ->
                (random.nextBoolean() ? "/supply?" : "/readiness?") + encoded(one(NAMES)) + "="
                        + encoded(one(OPERATORS) + text());
        };
    }

    private String text() {
        if (random.nextInt(3) > 0) {
            return one(ATTACKS);
        }
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(30), 1, 0x300).forEach(text::appendCodePoint);
        return text + one(ATTACKS);
    }

    private String one(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(sluice.gateway() + "/farm/1.0" + path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int report(String crop) throws IOException, InterruptedException {
        JsonObject event = new JsonObject()
                .put("farmer", "anna")
                .put("crop", crop)
                .put("region", "north")
                .put("quantity", 10.5);
        URI farm = URI.create("http://127.0.0.1:" + environment.get("FARM_PORT") + "/farm/readiness");
        HttpRequest request = HttpRequest.newBuilder(farm)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        new JsonObject().put("event", event).encode()))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}

package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
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
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples on one whole process, with their real data: in by HTTP or Kafka, out by WebSocket and REST through the gateway, with a token. */
class SampleAppsE2E {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path DATA = SluiceUnderTest.repository().resolve("siddhi-apps/data");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "FARM_PORT", String.valueOf(Ports.free()),
            "REPORTS_PORT", String.valueOf(Ports.free()),
            "SLUICE_DATASERVICE_PORT", String.valueOf(Ports.free()));
    private static SluiceUnderTest sluice;
    private static String token;

    @BeforeAll
    static void start() {
        sluice = SluiceUnderTest.up(folder.resolve("data"), ENVIRONMENT);
        token = sluice.token();
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @Test
    void theBackOfficeSeesEachFarmsReportWithTheTotalBehindIt() throws Exception {
        Subscriber backOffice = Subscriber.withToken(sluice.api("farm-feed"), token);
        String report = "{\"event\":{\"farmer\":\"anna\",\"crop\":\"rice\",\"region\":\"north\",\"quantity\":10.5}}";

        assertThat(post("FARM_PORT", "/farm/readiness", report)).isEqualTo(200);
        assertThat(post("FARM_PORT", "/farm/readiness", report)).isEqualTo(200);

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(backOffice.messages())
                                .containsExactly(
                                        "{\"event\":{\"farmer\":\"anna\",\"crop\":\"rice\",\"region\":\"north\",\"quantity\":10.5,\"total\":10.5,\"reports\":1}}",
                                        "{\"event\":{\"farmer\":\"anna\",\"crop\":\"rice\",\"region\":\"north\",\"quantity\":10.5,\"total\":21.0,\"reports\":2}}"));
        assertThat(rows("/farm/1.0/supply/hours"))
                .allSatisfy(row ->
                        assertThat((JsonObject) row).contains(Map.entry("crop", "rice"), Map.entry("region", "north")));
    }

    @Test
    void aWeekOfEarthquakesRaisesItsAlertsOnceAndKeepsOneOpenRequestPerArea() throws Exception {
        Subscriber desk = Subscriber.withToken(sluice.api("emergency-alerts"), token);
        String week = Files.readString(DATA.resolve("earthquakes.json"));

        assertThat(post("REPORTS_PORT", "/emergency/reports", week)).isEqualTo(200);
        assertThat(post("REPORTS_PORT", "/emergency/reports", week))
                .as("repeated")
                .isEqualTo(200);

        await().atMost(LIMIT).until(() -> desk.messages().size() >= 6);
        assertThat(desk.messages()).hasSize(6);
        assertThat(desk.messages().stream().filter(message -> message.contains("\"cluster\"")))
                .singleElement()
                .asString()
                .contains("18km NE of Hualian, Taiwan");
        assertThat(rows("/emergency/1.0/reports?limit=200")).hasSize(85);
        assertThat(rows("/emergency/1.0/requests?area=eq.Taiwan"))
                .singleElement()
                .satisfies(row -> assertThat((JsonObject) row)
                        .contains(
                                Map.entry("reports", 20),
                                Map.entry("worst", 6.4),
                                Map.entry("last_place", "7km E of Hualian, Taiwan")));

        assertThat(post("REPORTS_PORT", "/emergency/closed", "{\"event\":{\"area\":\"Taiwan\"}}"))
                .isEqualTo(200);
        assertThat(rows("/emergency/1.0/requests?area=eq.Taiwan")).isEmpty();
    }

    @Test
    void producedFlightsGiveTheAverageOfEachAirport() throws Exception {
        SluiceUnderTest.Result produced = SluiceUnderTest.run(
                folder.resolve("produce"),
                Map.of(),
                "produce",
                "--home",
                sluice.home().toString(),
                "flights",
                DATA.resolve("flights.jsonl").toString());
        assertThat(produced.exitCode()).as(produced.err()).isZero();
        assertThat(produced.err()).contains("published 1000 records to 'flights'");

        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(airport("ORD").getInteger("flights")).isEqualTo(61);
            assertThat(airport("LAX").getInteger("flights")).isEqualTo(42);
        });
        assertThat(airport("ORD").getDouble("average_delay")).isCloseTo(103.0 / 61, within());
        assertThat(airport("LAX").getDouble("average_delay")).isCloseTo(-174.0 / 42, within());
        JsonArray months =
                rows("/flights/1.0/delays?origin=ORD&per=months&from=2001-01-01T00:00:00Z&to=2001-06-01T00:00:00Z");
        assertThat(months).as("months, from the app's aggregation").hasSize(2);
        assertThat(months.getJsonObject(0))
                .contains(Map.entry("bucketStart", "2001-01-01T00:00:00Z"), Map.entry("flights", 44));
        assertThat(months.getJsonObject(1)).contains(Map.entry("complete", true), Map.entry("flights", 17));
    }

    @Test
    void nobodyReadsWithoutAToken() throws Exception {
        for (String path : List.of("/farm/1.0/supply", "/emergency/1.0/requests", "/flights/1.0/airports")) {
            assertThat(get(path, "").statusCode()).as(path).isEqualTo(401);
        }
    }

    private static Offset<Double> within() {
        return Offset.offset(1e-9);
    }

    private static JsonObject airport(String code) throws IOException, InterruptedException {
        JsonArray rows = rows("/flights/1.0/airports?airport=eq." + code);
        assertThat(rows).hasSize(1);
        return rows.getJsonObject(0);
    }

    private static JsonArray rows(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(path, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonArray("data");
    }

    private static HttpResponse<String> get(String path, String bearer) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(sluice.gateway() + path));
        if (!bearer.isEmpty()) {
            request.header("Authorization", "Bearer " + bearer);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int post(String port, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ENVIRONMENT.get(port) + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
}

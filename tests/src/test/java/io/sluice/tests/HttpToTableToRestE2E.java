package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The farm sample on a whole process: HTTP into a table, the table out as REST through the gateway. A producer's 200 means that it is kept. */
class HttpToTableToRestE2E {

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> environment = Map.of(
            "FARM_PORT", String.valueOf(Ports.free()),
            "SLUICE_DATASERVICE_PORT", String.valueOf(Ports.free()),
            "PRODUCTIONS_PORT", String.valueOf(Ports.free()));
    private SluiceUnderTest sluice;

    @BeforeEach
    void start() {
        sluice = SluiceUnderTest.up(folder.resolve("data"), environment);
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void servesEveryReportAndTheTotalsToWhoeverHasAToken() throws Exception {
        assertThat(report("anna", "rice", 10.5)).isEqualTo(200);
        assertThat(report("ben", "rice", 4.5)).isEqualTo(200);
        assertThat(report("ben", "corn", 3)).isEqualTo(200);

        String token = sluice.token();
        assertThat(rows("/readiness?farmer=eq.anna", token))
                .singleElement()
                .satisfies(row -> assertThat((JsonObject) row)
                        .contains(
                                Map.entry("farmer", "anna"),
                                Map.entry("crop", "rice"),
                                Map.entry("region", "north"),
                                Map.entry("quantity", 10.5)));
        assertThat(rows("/supply", token)).containsExactly(supply("corn", 3.0, 1), supply("rice", 15.0, 2));
        assertThat(get("/supply", null).statusCode()).as("without a token").isEqualTo(401);
        assertThat(direct("/supply")).as("past the gateway").isEqualTo(401);
        assertThat(sluice.out())
                .contains("http://127.0.0.1:" + environment.get("SLUICE_DATASERVICE_PORT"), "/farm/1.0");
    }

    @Test
    void keepsWhatWasAnsweredWith200WhenItIsKilledRightBehind() throws Exception {
        assertThat(report("anna", "rice", 10.5)).isEqualTo(200);
        sluice.process().destroyForcibly().waitFor();

        start();

        String token = sluice.token();
        assertThat(rows("/readiness", token)).hasSize(1);
        assertThat(report("ben", "rice", 4.5)).isEqualTo(200);
        assertThat(rows("/supply", token)).containsExactly(supply("rice", 15.0, 2));
    }

    private static JsonObject supply(String crop, double quantity, int reports) {
        return new JsonObject()
                .put("crop", crop)
                .put("region", "north")
                .put("quantity", quantity)
                .put("reports", reports);
    }

    private int report(String farmer, String crop, double quantity) throws IOException, InterruptedException {
        JsonObject event = new JsonObject()
                .put("farmer", farmer)
                .put("crop", crop)
                .put("region", "north")
                .put("quantity", quantity);
        URI farm = URI.create("http://127.0.0.1:" + environment.get("FARM_PORT") + "/farm/readiness");
        HttpRequest request = HttpRequest.newBuilder(farm)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        new JsonObject().put("event", event).encode()))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private JsonArray rows(String path, String token) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(path, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonArray("data");
    }

    private HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(sluice.gateway() + "/farm/1.0" + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int direct(String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + environment.get("SLUICE_DATASERVICE_PORT") + "/farm" + path);
        return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}

package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator with curl: an app is created, asked, replaced, badly replaced and deleted in a running process, and outlives its end. */
@Timeout(120)
class RunnerAdminE2E {

    private static final String APP = """
            @App:name('Stock')
            define stream In (item string, amount long);
            @PrimaryKey('item') define table Levels (item string, amount long);
            from In select item, amount update or insert into Levels set Levels.amount = amount on Levels.item == item;
            """;

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private SluiceUnderTest start() {
        SluiceUnderTest runner = SluiceUnderTest.start(
                folder.resolve("home"),
                Map.of(),
                List.of(
                        "runner",
                        "--home",
                        folder.resolve("home").toString(),
                        "--set",
                        "runner.apps=" + folder.resolve("apps"),
                        "--set",
                        "management.port=0"));
        runner.awaitReady();
        return runner;
    }

    private HttpResponse<String> send(SluiceUnderTest runner, String method, String path, String body)
            throws Exception {
        String secret = Files.readString(folder.resolve("home/secrets/admin")).strip();
        String credentials = Base64.getEncoder().encodeToString(("admin:" + secret).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(runner.addresses().getString("runner") + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", "Basic " + credentials)
                .header("Content-Type", body.startsWith("{") ? "application/json" : "text/plain")
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private JsonObject query(SluiceUnderTest runner, String text) throws Exception {
        JsonObject body = new JsonObject().put("appName", "Stock").put("query", text);
        HttpResponse<String> answer = send(runner, "POST", "/stores/query", body.encode());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    @Test
    void managesAnAppOverHttpInARunningProcess() throws Exception {
        Files.createDirectory(folder.resolve("apps"));
        try (SluiceUnderTest runner = start()) {
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(
                                                    runner.addresses().getString("runner") + "/siddhi-apps"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(401);
            assertThat(send(runner, "POST", "/siddhi-apps", APP).statusCode()).isEqualTo(201);
            assertThat(query(runner, "select 'nail' as item, 7L as amount insert into Levels")
                            .getLong("affected"))
                    .isEqualTo(1);
            assertThat(send(runner, "PUT", "/siddhi-apps", APP.replace("In select", "In selekt"))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send(
                                    runner,
                                    "PUT",
                                    "/siddhi-apps",
                                    APP.replace("define stream In", "define stream Other (a int);\ndefine stream In"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(query(runner, "from Levels select item, amount").getJsonArray("records"))
                    .isEqualTo(new JsonArray("[[\"nail\",7]]"));
        }
        try (SluiceUnderTest again = start()) {
            assertThat(query(again, "from Levels select item, amount").getJsonArray("records"))
                    .isEqualTo(new JsonArray("[[\"nail\",7]]"));
            assertThat(send(again, "DELETE", "/siddhi-apps/Stock", "").statusCode())
                    .isEqualTo(200);
            assertThat(send(again, "GET", "/siddhi-apps", "").body()).isEqualTo("[]");
            assertThat(folder.resolve("apps")).isEmptyDirectory();
        }
    }
}

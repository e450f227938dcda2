package io.sluice.tests;

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

/** A runner process with one app that writes what is posted to it into a table, and the way to post. */
final class AuditApp {

    private final Path folder;
    private final int port = Ports.free();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /**
     * @param store options of the {@code @store} annotation that lead to the database
     * @param source more options of the source, with a comma before each
     */
    AuditApp(Path folder, String store, String source) throws IOException {
        this.folder = folder;
        Files.writeString(Files.createDirectory(folder.resolve("apps")).resolve("Audit.siddhi"), """
                @App:name('Audit')
                @source(type='http', receiver.url='http://127.0.0.1:%d/audit'%s, @map(type='json'))
                define stream Reports (producer int, number int);
                @store(type='rdbms', %s, table.name='audit')
                define table Audit (producer int, number int);
                from Reports select producer, number insert into Audit;
                """.formatted(
                        port, source, store));
    }

    /** Starts a runner; it may still be opening the port when this returns. */
    SluiceUnderTest start() {
        SluiceUnderTest started = SluiceUnderTest.start(
                folder.resolve("runner"),
                Map.of(),
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

    /** Posts one report; 0 if there was no answer. */
    int post(int producer, int number) throws InterruptedException {
        JsonObject event = new JsonObject().put("producer", producer).put("number", number);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/audit"))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        new JsonObject().put("event", event).encode()))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException nobody) {
            return 0;
        }
    }

    HttpResponse<String> ready(SluiceUnderTest runner) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(runner.management() + "/health/ready"))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

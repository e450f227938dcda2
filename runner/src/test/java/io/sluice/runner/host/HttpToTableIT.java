package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The promise of the way from HTTP to a table: 2xx when the row is there, 5xx when it is not. */
@Timeout(60)
class HttpToTableIT {

    private final Bench bench = new Bench();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int port;

    @BeforeEach
    void start() throws Exception {
        TurnstileTable.TURNS.clear();
        TurnstileTable.ROWS.clear();
        bench.manager.setExtension("store:turnstile", TurnstileTable.class);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException trouble) {
            throw new AssertionError(trouble);
        }
        bench.host(
                        "audit",
                        "@source(type='http', receiver.url='http://127.0.0.1:" + port + "/in', max.in.flight='50',"
                                + " @map(type='json', @attributes(id='$.id', unit='trp:X-Unit')))"
                                + " define stream In (id string, unit string);"
                                + " @store(type='turnstile') define table Audit (id string, unit string);"
                                + " from In insert into Audit;")
                .start();
    }

    @AfterEach
    void close() {
        TurnstileTable.TURNS.addAll(java.util.Collections.nCopies(1_000, "pass"));
        bench.close();
    }

    private CompletableFuture<HttpResponse<String>> post(String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/in"))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> postId(String id) {
        return post("{\"id\":\"" + id + "\"}", "X-Unit", "m");
    }

    @Test
    void saysOkWhenTheRowIsThere() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = postId("a");
        await().during(Duration.ofMillis(300)).until(() -> !answer.isDone() && TurnstileTable.ROWS.isEmpty());

        TurnstileTable.TURNS.add("pass");

        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(TurnstileTable.ROWS).containsExactly("a");
    }

    @Test
    void saysThatTheInsertFailedToTheOneWhoseRowIsMissing() throws Exception {
        TurnstileTable.TURNS.addAll(List.of("pass", "fail", "pass"));

        List<Integer> statuses = new ArrayList<>();
        for (String id : List.of("a", "b", "c")) {
            HttpResponse<String> answer = postId(id).get();
            statuses.add(answer.statusCode());
            assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(id.equals("b"));
        }

        assertThat(statuses).containsExactly(200, 500, 200);
        assertThat(TurnstileTable.ROWS).containsExactly("a", "c");
    }

    @Test
    void refusesWhatMakesNoEventAndSaysWhatIsMissing() throws Exception {
        HttpResponse<String> broken = post("{\"id\":", "X-Unit", "m").get();
        HttpResponse<String> bare = post("{\"id\":\"a\"}").get();

        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(bare.statusCode()).isEqualTo(400);
        assertThat(bare.body()).contains("X-Unit");
        assertThat(TurnstileTable.ROWS).isEmpty();
    }

    @Test
    void answersEveryoneUnderLoadAndNobodyWithOkForNothing() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(postId("e" + i));
            TurnstileTable.TURNS.add(i % 7 == 0 ? "fail" : "pass");
        }
        List<Object> accepted = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            int status = answers.get(i).get().statusCode();
            assertThat(status).isIn(200, 500, 503);
            if (status == 200) {
                accepted.add("e" + i);
            }
        }

        assertThat(TurnstileTable.ROWS).isNotEmpty().containsExactlyInAnyOrderElementsOf(accepted);
    }

    @Test
    void answersWhoWaitsWhenTheAppIsStopped() throws Exception {
        CompletableFuture<HttpResponse<String>> first = postId("a");
        CompletableFuture<HttpResponse<String>> second = postId("b");
        await().until(() ->
                bench.meters.get("runner.source.requests.open").gauge().value()
                        == 2); // both wait, none comes behind the stop

        CompletableFuture<Void> stop = CompletableFuture.runAsync(bench::close);
        await().until(() -> second.isDone() || TurnstileTable.TURNS.isEmpty());
        TurnstileTable.TURNS.addAll(List.of("pass", "pass"));
        stop.get();

        for (CompletableFuture<HttpResponse<String>> answer : List.of(first, second)) {
            assertThat(answer.handle((reply, lost) -> reply == null ? 0 : reply.statusCode())
                            .get())
                    .as("an answer, or no connection any more; never silence")
                    .isIn(0, 200, 503);
        }
        assertThat(TurnstileTable.ROWS.size()).isLessThanOrEqualTo(2);
    }
}

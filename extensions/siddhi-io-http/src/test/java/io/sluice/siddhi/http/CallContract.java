package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.SiddhiAppRuntime;
import io.sluice.siddhi.http.Upstream.Says;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every pair of a sink that calls and a source that takes the answers promises, under its published and its old name. */
@Timeout(60)
abstract class CallContract {

    /** The type of the sink. */
    abstract String sink();

    /** The type of the source. */
    abstract String source();

    private final Host host = new Host();
    private final Upstream upstream = new Upstream();

    @AfterEach
    void close() {
        host.close();
        upstream.close();
    }

    private String app(String options) {
        return "@sink(type='" + sink() + "', sink.id='c', retry.count='0', publisher.url='" + upstream.url("/") + "'"
                + options + ", on.error='STORE', @map(type='payload')) define stream Ask (payload string, id long);"
                + taken("Found", "2\\d+")
                + taken("Missing", "404");
    }

    private String taken(String stream, String status) {
        return "@source(type='" + source() + "', sink.id='c', http.status.code='" + status
                + "', @map(type='payload', @attributes(payload='x', id='trp:id', code='trp:http.status.code',"
                + " etag='trp:X-Tag'))) define stream " + stream
                + " (payload string, id long, code string, etag string);";
    }

    @Test
    void bringsAnswersBackByStatusWithTheAttributesOfTheQuestion() throws Exception {
        upstream.answers(request ->
                new Says(request.body().equals("x") ? 404 : 201, "re:" + request.body(), Map.of("X-Tag", "t")));
        SiddhiAppRuntime app = host.build("Call", app(""));
        List<List<Object>> found = Host.rows(app, "Found");
        List<List<Object>> missing = Host.rows(app, "Missing");
        app.start();

        app.getInputHandler("Ask").send(new Object[] {"a", 1L});
        app.getInputHandler("Ask").send(new Object[] {"x", 2L});

        Host.eventually().until(() -> found.size() == 1 && missing.size() == 1);
        assertThat(found).containsExactly(List.of("re:a", 1L, "201", "t"));
        assertThat(missing).containsExactly(List.of("re:x", 2L, "404", "t"));
    }

    @Test
    void storesTheQuestionWhoseAnswerNobodyTakesOrThatNobodyAnswers() throws Exception {
        upstream.answers(request -> Says.of(302, "elsewhere"));
        SiddhiAppRuntime app = host.start("Call", app(""));

        app.getInputHandler("Ask").send(new Object[] {"a", 1L});
        Host.eventually().until(() -> host.errors().events().size() == 1);
        upstream.stop();
        app.getInputHandler("Ask").send(new Object[] {"b", 2L});

        Host.eventually().until(() -> host.errors().events().size() == 2);
        assertThat(host.errors().events().get(0).getThrowable()).hasMessageContaining("302");
        upstream.start();
    }

    @Test
    void waitsForEachAnswerWhereAsked() throws Exception {
        upstream.answers(request -> new Says(200, "re:" + request.body(), Map.of("X-Tag", "t")));
        SiddhiAppRuntime app = host.build("Call", app(", blocking.io='true'"));
        List<List<Object>> found = Host.rows(app, "Found");
        app.start();

        for (int i = 0; i < 20; i++) {
            app.getInputHandler("Ask").send(new Object[] {"q" + i, (long) i});
            assertThat(upstream.got()).hasSize(i + 1);
        }

        Host.eventually().until(() -> found.size() == 20);
    }

    @Test
    void writesABodyToAFileAndGivesItsPath(@TempDir Path folder) throws Exception {
        String large = "0123456789".repeat(100_000);
        upstream.answers(request -> Says.of(200, large));
        Path file = folder.resolve("answer.txt");
        SiddhiAppRuntime app = host.build(
                "Call",
                "@sink(type='" + sink() + "', sink.id='d', publisher.url='" + upstream.url("/")
                        + "', downloading.enabled='true', download.path='{{file}}', @map(type='payload'))"
                        + " define stream Ask (payload string, file string);"
                        + "@source(type='" + source() + "', sink.id='d', @map(type='payload', @attributes(payload='x',"
                        + " path='trp:download.path', there='trp:__is_downloadable_content')))"
                        + " define stream Done (payload string, path string, there string);");
        List<List<Object>> done = Host.rows(app, "Done");
        app.start();

        app.getInputHandler("Ask").send(new Object[] {"q", file.toString()});

        Host.eventually().until(() -> done.size() == 1);
        assertThat(done).containsExactly(List.of(file.toString(), file.toString(), "true"));
        assertThat(Files.readString(file)).isEqualTo(large);
    }

    @Test
    void givesTheChunksOfAStreamOneByOne() throws Exception {
        try (EventServer server = new EventServer()) {
            SiddhiAppRuntime app = host.build(
                    "Call",
                    "@sink(type='" + sink() + "', sink.id='s', method='GET', publisher.url='" + server.url()
                            + "', @map(type='payload')) define stream Ask (payload string);"
                            + "@source(type='" + source() + "', sink.id='s', allow.streaming.responses='true',"
                            + " @map(type='payload')) define stream Part (payload string);");
            List<List<Object>> parts = Host.rows(app, "Part");
            app.start();

            app.getInputHandler("Ask").send(new Object[] {"q"});
            Host.eventually().until(() -> server.connections() == 1);
            for (int i = 0; i < 10; i++) {
                int number = i;
                server.send("e" + i);
                Host.eventually()
                        .until(() -> parts.stream()
                                .anyMatch(row -> row.get(0).toString().contains("e" + number)));
            }
        }
    }

    @Test
    void keepsUpWithManyCallsAtATime() throws Exception {
        upstream.answers(request -> new Says(200, request.body(), Map.of("X-Tag", "t")));
        SiddhiAppRuntime app = host.build("Call", app(", max.in.flight='8'"));
        List<List<Object>> found = Host.rows(app, "Found");
        app.start();

        for (int i = 0; i < 500; i++) {
            app.getInputHandler("Ask").send(new Object[] {"q" + i, (long) i});
        }

        Host.eventually().until(() -> found.size() == 500);
        assertThat(upstream.connections()).isLessThanOrEqualTo(10);
        assertThat(IntStream.range(0, 500).mapToObj(i -> "q" + i).toList())
                .containsExactlyInAnyOrderElementsOf(upstream.bodies());
    }
}

package io.sluice.runner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.sluice.runner.host.LaneSources;
import io.sluice.runner.testing.AppTests;
import io.sluice.runner.testing.CaseResult;
import io.sluice.runner.testing.TestFile;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every extension of others that ships does its work beside the libraries that stand before it on the class path. */
class ShippedExtensionsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Strings",
                "Maths",
                "Times",
                "Patterns",
                "Maps",
                "Lists",
                "XmlMapping",
                "TextMapping",
                "CsvMapping",
                "KeyValueMapping"
            })
    void works(String app) throws Exception {
        Path tests = Path.of(requireNonNull(getClass().getResource("/extensions/" + app + TestFile.SUFFIX))
                .toURI());
        Vertx vertx = Vertx.vertx();
        try {
            List<CaseResult> results =
                    new AppTests(new AppCheck(Map.of(), vertx), vertx, manager -> {}).run(TestFile.read(tests));

            assertThat(results)
                    .isNotEmpty()
                    .allSatisfy(result -> assertThat(result.failures()).isEmpty());
        } finally {
            vertx.close();
        }
    }

    @Test
    void readsAndWritesFiles() throws Exception {
        Path in = Files.writeString(folder.resolve("in.txt"), "tea,1.5\nsalt,0.5\n");
        Path out = folder.resolve("out.txt");
        List<Object> read = new CopyOnWriteArrayList<>();
        Vertx vertx = Vertx.vertx();
        SiddhiManager manager = new SiddhiManager();
        try (SharedResources resources =
                new SharedResources(vertx, new SimpleMeterRegistry(), Clock.systemUTC(), new LaneSources())) {
            manager.setAttribute(SharedResources.ATTRIBUTE, resources);
            SiddhiAppRuntime app = manager.createSiddhiAppRuntime("""
                    @source(type='file', mode='line', file.uri='file:%s', tailing='false', @map(type='csv'))
                    define stream In (name string, amount double);
                    @sink(type='file', file.uri='%s', append='true', @map(type='csv'))
                    define stream Out (name string, amount double);
                    from In select name, amount insert into Out;
                    """.formatted(in, out));
            app.addCallback("In", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        read.add(event.getData(0));
                    }
                }
            });
            app.start();

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(out).content().contains("tea,1.5", "salt,0.5"));
            assertThat(read).containsExactly("tea", "salt");
        } finally {
            manager.shutdown();
            vertx.close();
        }
    }
}

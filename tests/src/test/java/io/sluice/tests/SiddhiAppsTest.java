package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runner.AppCheck;
import io.sluice.runner.testing.AppTests;
import io.sluice.runner.testing.CaseResult;
import io.sluice.runner.testing.TestFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every sample app has tests beside it, and they pass. */
class SiddhiAppsTest {

    private static final Path APPS = SluiceUnderTest.repository().resolve("siddhi-apps");

    @Test
    void everyAppHasItsTestsBesideIt() throws IOException {
        for (Path app : files(".siddhi")) {
            assertThat(Path.of(app.toString().replaceFirst("\\.siddhi$", TestFile.SUFFIX)))
                    .as("tests of %s", app.getFileName())
                    .exists();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyCasePasses() throws IOException {
        Vertx vertx = Vertx.vertx();
        List<CaseResult> results = new ArrayList<>();
        try {
            AppTests tests = new AppTests(new AppCheck(Map.of(), vertx), vertx, manager -> {});
            for (Path file : files(TestFile.SUFFIX)) {
                results.addAll(tests.run(TestFile.read(file)));
            }
        } finally {
            vertx.close();
        }
        assertThat(results).isNotEmpty();
        return results.stream()
                .map(result -> DynamicTest.dynamicTest(
                        result.app() + ": " + result.name(),
                        () -> assertThat(result.failures()).isEmpty()));
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.list(APPS)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }
}

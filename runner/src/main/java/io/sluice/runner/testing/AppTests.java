package io.sluice.runner.testing;

import io.siddhi.core.SiddhiManager;
import io.sluice.common.Findings.Origin;
import io.sluice.runner.AppCheck;
import io.sluice.runner.AppSource;
import io.sluice.runner.Finding;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs the cases of test files, one after the other, each on an app and with tables of its own. Opens no connection and no port. */
public final class AppTests {

    private final AppCheck check;
    private final Vertx vertx;
    private final Consumer<SiddhiManager> extensions;

    /**
     * @param check reads the apps
     * @param vertx for extensions that ask for it; stays open
     * @param extensions adds extensions that are not found on the class path, and what the deployment sets for them
     */
    public AppTests(AppCheck check, Vertx vertx, Consumer<SiddhiManager> extensions) {
        this.check = check;
        this.vertx = vertx;
        this.extensions = extensions;
    }

    /** One result per case; one that failed, named after the file, if the file or its app cannot be used. */
    public List<CaseResult> run(TestFile file) {
        if (!file.problems().isEmpty()) {
            return List.of(unusable(file, file.problems()));
        }
        List<CaseResult> results = new ArrayList<>();
        for (TestCase one : file.cases()) {
            AppSource app = check.read(file.app());
            if (app.app() == null) {
                return List.of(unusable(
                        file,
                        app.findings().stream()
                                .filter(Finding::isError)
                                .map(Finding::toString)
                                .toList()));
            }
            long began = System.nanoTime();
            List<String> failures = new CaseRun(file, one, app, vertx, extensions).run();
            results.add(new CaseResult(app.name(), one.name(), failures, Duration.ofNanos(System.nanoTime() - began)));
        }
        return results;
    }

    private static CaseResult unusable(TestFile file, List<String> problems) {
        String name = String.valueOf(file.app().getFileName());
        return new CaseResult(name.replace(".siddhi", ""), "can be read", problems, Duration.ZERO);
    }

    /** {@code file:line: } as in all messages. */
    static String at(TestFile file, int line) {
        Origin origin = Origin.inFile(file.file().toString(), line);
        return origin.source() + ":" + origin.line() + ": ";
    }
}

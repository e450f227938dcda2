package io.sluice.cli;

import io.siddhi.core.SiddhiManager;
import io.sluice.common.Launcher;
import io.sluice.runner.AppCheck;
import io.sluice.runner.ExtensionJars;
import io.sluice.runner.testing.AppTests;
import io.sluice.runner.testing.CaseResult;
import io.sluice.runner.testing.JUnitReport;
import io.sluice.runner.testing.TestFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the tests beside the apps. Exit code 1 if a case fails. */
@Command(
        name = "test",
        description = "Run the *.test.yaml files beside the apps: in a sandbox, on a clock of their own.",
        mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {

    @Mixin
    private final Settings settings = new Settings();

    @Parameters(
            arity = "0..*",
            paramLabel = "DIR|FILE",
            description = "Test files, apps, or folders with them. Default: the folder of the apps.")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--junit-xml", paramLabel = "FILE", description = "Write the results as JUnit XML, too.")
    private @Nullable Path report;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (System.getenv("SLUICE_LOG_LEVEL") == null) {
            Configurator.setRootLevel(Level.WARN); // what is made and closed for each case is no news
        }
        SluiceConfig config = settings.read();
        if (paths.isEmpty()) {
            paths = List.of(Folders.find(
                    config.runner().apps(), config.home().toAbsolutePath().normalize(), "siddhi-apps"));
        }
        Vertx vertx = Vertx.vertx();
        ExtensionJars jars = ExtensionJars.in(config.runner().extensionsBelow(config.home()));
        Consumer<SiddhiManager> extensions = manager -> {
            jars.addTo(manager);
            config.siddhi().applyTo(manager);
        };
        Map<Path, List<CaseResult>> results = new LinkedHashMap<>();
        try (jars) {
            AppTests tests =
                    new AppTests(new AppCheck(config.runner().variables(), vertx, extensions), vertx, extensions);
            for (Path file : files()) {
                List<CaseResult> ran = tests.run(TestFile.read(file));
                print(ran);
                results.put(file, ran);
            }
        } finally {
            vertx.close();
        }
        if (report != null) {
            JUnitReport.write(report, results);
        }
        return sum(results);
    }

    private void print(List<CaseResult> results) {
        PrintWriter out = spec.commandLine().getOut();
        for (CaseResult result : results) {
            String verdict = result.passed() ? "ok     " : "FAILED ";
            out.println(verdict + result.app() + ": " + result.name() + " ("
                    + result.took().toMillis() + " ms)");
            result.failures().forEach(failure -> out.println("  " + failure.replace("\n", "\n  ")));
        }
        out.flush();
    }

    private int sum(Map<Path, List<CaseResult>> results) {
        long all = results.values().stream().mapToLong(List::size).sum();
        long failed = results.values().stream()
                .flatMap(List::stream)
                .filter(result -> !result.passed())
                .count();
        spec.commandLine().getErr().println(results.size() + " files, " + all + " cases, " + failed + " failed");
        return failed == 0 ? Launcher.EXIT_OK : Launcher.EXIT_FAILED;
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                files.addAll(in(path));
            } else if (TestFile.isOne(path)) {
                files.add(path);
            } else if (path.toString().endsWith(".siddhi")) {
                String name = String.valueOf(path.getFileName());
                files.add(path.resolveSibling(name.substring(0, name.length() - ".siddhi".length()) + TestFile.SUFFIX));
            } else {
                throw new CommandFailure(path + " is neither a folder nor a " + TestFile.SUFFIX + " or .siddhi file");
            }
        }
        return files;
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(TestFile::isOne).sorted().toList();
            if (files.isEmpty()) {
                throw new CommandFailure("there is no *" + TestFile.SUFFIX + " in " + folder
                        + "; docs/testing.md shows how to write one");
            }
            return files;
        }
    }
}

package io.sluice.cli;

import io.sluice.common.ConfigException;
import io.sluice.common.ConfigFile;
import io.sluice.common.Launcher;
import io.sluice.gateway.ApiCheck;
import io.sluice.runner.AppCheck;
import io.sluice.runner.Finding;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Validates files without starting anything. */
@Command(
        name = "check",
        description = "Validate .siddhi, API and configuration files without starting anything.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    /** An API file has a context at its top level; a configuration file never does. */
    private static final Pattern API_FILE = Pattern.compile("(?m)^(context|upstream)\\s*:");

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files to check.")
    private List<Path> files = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Vertx vertx = Vertx.vertx();
        try {
            List<String> findings = new ArrayList<>();
            for (Path file : files) {
                findings.addAll(check(file, vertx));
            }
            findings.forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getErr().println(files.size() + " files checked, " + findings.size() + " findings");
            return findings.isEmpty() ? Launcher.EXIT_OK : Launcher.EXIT_FAILED;
        } finally {
            vertx.close();
        }
    }

    private static List<String> check(Path file, Vertx vertx) throws IOException {
        if (!Files.isRegularFile(file)) {
            return List.of(file + ":1:1: there is no such file");
        }
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".siddhi")) {
            return new AppCheck(Map.of(), vertx)
                    .check(file).stream().map(Finding::toString).toList();
        }
        if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
            return List.of(file + ":1:1: only .siddhi and .yaml files can be checked");
        }
        return API_FILE.matcher(Files.readString(file)).find() ? ApiCheck.check(file) : configuration(file);
    }

    private static List<String> configuration(Path file) {
        try {
            ConfigFile.read(file, SluiceConfig.class, System.getenv(), Map.of());
            return List.of();
        } catch (ConfigException problems) {
            return problems.problems();
        }
    }
}

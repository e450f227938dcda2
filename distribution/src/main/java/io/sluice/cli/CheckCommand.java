package io.sluice.cli;

import io.sluice.common.ConfigException;
import io.sluice.common.ConfigFile;
import io.sluice.common.Launcher;
import io.sluice.dataservice.DataServiceCheck;
import io.sluice.gateway.ApiCheck;
import io.sluice.runner.AppCheck;
import io.sluice.runner.testing.TestFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Validates files without starting anything. Warnings are printed too; only errors make it exit with 1. */
@Command(
        name = "check",
        description = "Validate .siddhi, test, data service, API and configuration files without starting anything.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    /** An API file has a context at its top level; a configuration file never does. */
    private static final Pattern API_FILE = Pattern.compile("(?m)^(context|upstream)\\s*:");

    /** A service file names itself and its data source at its top level. */
    private static final Pattern SERVICE_FILE = Pattern.compile("(?m)^(service|datasource)\\s*:");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration whose data sources, refs, system keys and variables the apps use.")
    private @Nullable Path config;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files to check.")
    private List<Path> files = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** One line to print, and whether it makes the check fail. */
    private record Line(String text, boolean isError) {}

    @Override
    public Integer call() {
        SluiceConfig used = ConfigFile.read(config, SluiceConfig.class, System.getenv(), Map.of());
        Set<String> dataSources = new HashSet<>(used.dataSources().keySet());
        dataSources.add(EmbeddedDatabase.NAME);
        Vertx vertx = Vertx.vertx();
        try {
            AppCheck apps = new AppCheck(used.runner().variables(), used.siddhi(), dataSources, vertx);
            List<Line> lines = new ArrayList<>();
            for (Path file : files) {
                lines.addAll(check(file, apps));
            }
            lines.forEach(line -> spec.commandLine().getOut().println(line.text()));
            long errors = lines.stream().filter(Line::isError).count();
            spec.commandLine()
                    .getErr()
                    .println(files.size() + " files checked, " + errors + " errors, " + (lines.size() - errors)
                            + " warnings and notes");
            return errors == 0 ? Launcher.EXIT_OK : Launcher.EXIT_FAILED;
        } finally {
            vertx.close();
        }
    }

    private static List<Line> check(Path file, AppCheck apps) {
        String name = String.valueOf(file.getFileName());
        if (Files.isDirectory(file)) {
            return errors(List.of(file + ":1:1: is a folder: name the files in it"));
        }
        if (!Files.exists(file)) {
            return errors(List.of(file + ":1:1: there is no such file"));
        }
        if (name.endsWith(".siddhi")) {
            return apps.check(file).stream()
                    .map(finding -> new Line(finding.toString(), finding.isError()))
                    .toList();
        }
        if (TestFile.isOne(file)) {
            return errors(TestFile.read(file).problems());
        }
        if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
            return errors(List.of(file + ":1:1: only .siddhi and .yaml files can be checked"));
        }
        try {
            return errors(yaml(file, Files.readString(file)));
        } catch (CharacterCodingException notText) {
            return errors(List.of(file + ":1:1: the file is not UTF-8 text"));
        } catch (IOException unreadable) {
            return errors(List.of(file + ":1:1: the file cannot be read: " + unreadable));
        }
    }

    private static List<String> yaml(Path file, String text) {
        if (API_FILE.matcher(text).find()) {
            return ApiCheck.check(file);
        }
        return SERVICE_FILE.matcher(text).find() ? DataServiceCheck.check(file) : configuration(file);
    }

    private static List<Line> errors(List<String> lines) {
        return lines.stream().map(line -> new Line(line, true)).toList();
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

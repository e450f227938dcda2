package io.sluice.cli;

import io.sluice.common.ConfigException;
import io.sluice.common.Launcher;
import io.sluice.dataservice.dbs.DbsImport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns a {@code .dbs} file into a service file, or a {@code deployment.yaml} into a configuration, on stdout; what is different then is told on stderr. What cannot be carried over makes it exit with 1. */
@Command(
        name = "import",
        description =
                "Convert a .dbs file to a service file, or a deployment.yaml to a configuration: printed to stdout, warnings to stderr.",
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FILE", description = "The .dbs file or deployment.yaml.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        try {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".yaml") || name.endsWith(".yml")) {
                DeploymentImport.Imported imported = DeploymentImport.convert(file);
                print(imported.yaml(), imported.warnings());
            } else {
                DbsImport.Imported imported = DbsImport.convert(file);
                print(imported.yaml(), imported.warnings());
            }
            return Launcher.EXIT_OK;
        } catch (ConfigException refused) {
            refused.problems().forEach(spec.commandLine().getErr()::println);
            return Launcher.EXIT_FAILED;
        }
    }

    private void print(String yaml, List<String> warnings) {
        spec.commandLine().getOut().print(yaml);
        spec.commandLine().getOut().flush();
        warnings.forEach(spec.commandLine().getErr()::println);
    }
}

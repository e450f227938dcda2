package io.sluice.cli;

import io.sluice.common.ConfigException;
import io.sluice.common.Launcher;
import io.sluice.dataservice.dbs.DbsImport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns a {@code .dbs} file into a service file on stdout; what is different then is told on stderr. What cannot be carried over makes it exit with 1. */
@Command(
        name = "import",
        description = "Convert a .dbs file: prints a service file, and warnings to stderr.",
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FILE", description = "The .dbs file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        try {
            DbsImport.Imported imported = DbsImport.convert(file);
            spec.commandLine().getOut().print(imported.yaml());
            spec.commandLine().getOut().flush();
            imported.warnings().forEach(spec.commandLine().getErr()::println);
            return Launcher.EXIT_OK;
        } catch (ConfigException refused) {
            refused.problems().forEach(spec.commandLine().getErr()::println);
            return Launcher.EXIT_FAILED;
        }
    }
}

package io.sluice.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The home folder, for the commands that talk to a running Sluice. */
final class HomeOption {

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "The home folder of the running Sluice. Default: $SLUICE_HOME or ./data")
    private @Nullable Path home;

    Path get() {
        if (home != null) {
            return home;
        }
        String fromEnvironment = System.getenv("SLUICE_HOME");
        return Path.of(fromEnvironment == null || fromEnvironment.isBlank() ? "data" : fromEnvironment);
    }
}

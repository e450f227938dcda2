package io.sluice.cli;

import io.sluice.common.ConfigFile;
import io.sluice.common.ReferenceWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the effective configuration, or a file with every key to start from. */
@Command(
        name = "config",
        description =
                "Print the configuration that a start would use; with --all, every key with its meaning and default.",
        mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {

    @Mixin
    private final Settings settings = new Settings();

    @Option(
            names = "--all",
            description =
                    "Print a file to start from: every key with its meaning, its default behind a comment sign; what --set says stands in it.")
    private boolean all;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        SluiceConfig effective = settings.read();
        String text = all ? ReferenceWriter.yaml(SluiceConfig.class, settings.flags()) : ConfigFile.describe(effective);
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
        return 0;
    }
}

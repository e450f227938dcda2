package io.sluice.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The host of the Siddhi apps alone. */
@Command(name = "runner", description = "Start the host of the Siddhi apps alone.", mixinStandardHelpOptions = true)
final class RunnerCommand implements Callable<Integer> {

    @Mixin
    private final Settings settings = new Settings();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        return new SluiceProcess(settings.read(), Role.RUNNER)
                .withDataSources()
                .withRunner()
                .run(spec.commandLine().getOut());
    }
}

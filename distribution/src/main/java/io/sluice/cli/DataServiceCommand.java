package io.sluice.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The data service alone. */
@Command(name = "dataservice", description = "Start the data service alone.", mixinStandardHelpOptions = true)
final class DataServiceCommand implements Callable<Integer> {

    @Mixin
    private final Settings settings = new Settings();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        return new SluiceProcess(settings.read(), Role.DATASERVICE)
                .withDataSources()
                .withDataService()
                .run(spec.commandLine().getOut());
    }
}

package io.sluice.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Everything in one process. */
@Command(
        name = "up",
        description =
                "Start everything in one process: Kafka, the Siddhi apps, the data service, the gateway with its authorization server.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {

    @Mixin
    private final Settings settings = new Settings();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        return new SluiceProcess(settings.read(), Role.UP)
                .withKafka()
                .withDatabase()
                .withDataSources()
                .withRunner()
                .withDataService()
                .withGateway()
                .run(spec.commandLine().getOut());
    }
}

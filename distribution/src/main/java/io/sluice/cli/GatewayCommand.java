package io.sluice.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The gateway alone. */
@Command(name = "gateway", description = "Start the gateway alone.", mixinStandardHelpOptions = true)
final class GatewayCommand implements Callable<Integer> {

    @Mixin
    private final Settings settings = new Settings();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        return new SluiceProcess(settings.read(), Role.GATEWAY)
                .withGateway()
                .run(spec.commandLine().getOut());
    }
}

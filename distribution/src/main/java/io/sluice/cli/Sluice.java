package io.sluice.cli;

import io.sluice.common.ConfigException;
import io.sluice.common.Launcher;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code sluice} command. Exit codes: 0 fine, 1 findings or start failure, 2 wrong usage or configuration. */
@Command(
        name = "sluice",
        description = "Kafka or HTTP in, Siddhi in the middle, secured WebSocket out.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            RunnerCommand.class,
            DataServiceCommand.class,
            GatewayCommand.class,
            CheckCommand.class,
            TestCommand.class,
            ImportCommand.class,
            TokenCommand.class,
            ProduceCommand.class,
            ListenCommand.class,
            ConfigCommand.class,
            VersionCommand.class,
            WarmUpCommand.class
        })
public final class Sluice {

    private Sluice() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return commandLine().execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Sluice())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((trouble, command, parsed) -> explain(trouble, command));
    }

    private static int explain(Exception trouble, CommandLine command) {
        if (trouble instanceof ConfigException config) {
            config.problems().forEach(command.getErr()::println);
            return Launcher.EXIT_USAGE;
        }
        if (trouble instanceof CommandFailure failure) {
            command.getErr().println(failure.getMessage());
            return Launcher.EXIT_FAILED;
        }
        command.getErr()
                .println("sluice " + command.getCommandName()
                        + " failed because of a fault in Sluice; please report this:");
        trouble.printStackTrace(command.getErr());
        return Launcher.EXIT_FAILED;
    }
}

package io.sluice.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints an access token of the running authorization server, alone on the last line. */
@Command(
        name = "token",
        description = "Print an access token of the running authorization server, alone on the last line.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {

    @Mixin
    private final HomeOption home = new HomeOption();

    @Option(
            names = "--client",
            paramLabel = "ID",
            description = "The client to ask as. Default: the generated client of this home.")
    private @Nullable String client;

    @Option(
            names = "--scope",
            paramLabel = "\"S1 S2\"",
            description = "The scopes to ask for. Default: all the client may have.")
    private @Nullable String scope;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        RunFile running = RunFile.read(home.get());
        String token = new TokenRequest(home.get(), running.gateway()).accessToken(client, scope);
        spec.commandLine().getOut().println(token);
        return 0;
    }
}

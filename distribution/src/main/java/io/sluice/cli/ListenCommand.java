package io.sluice.cli;

import io.sluice.common.NearestName;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Opens a streaming API with a token and prints what arrives, one message a line. */
@Command(
        name = "listen",
        description = "Open a streaming API with a token and print what arrives.",
        mixinStandardHelpOptions = true)
final class ListenCommand implements Callable<Integer> {

    @Mixin
    private final HomeOption home = new HomeOption();

    @Option(names = "--count", paramLabel = "N", description = "Stop after N messages. Default: go on until Ctrl-C.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The access token. Default: ask the running authorization server.")
    private @Nullable String token;

    @Parameters(index = "0", paramLabel = "API", description = "The name of the API, or its address (ws://…).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String api;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--count " + count + " must be 1 or more");
        }
        URI address = isAddress(api) ? uri(api) : uri(addressOf(RunFile.read(home.get())));
        String bearer = token != null ? token : ownToken(address);
        PrintWriter err = spec.commandLine().getErr();
        Printer printer = new Printer(spec.commandLine().getOut(), count);
        try {
            HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + bearer)
                    .connectTimeout(Duration.ofSeconds(10))
                    .buildAsync(address, printer)
                    .join();
        } catch (CompletionException refused) {
            throw new CommandFailure(refusal(address, refused.getCause()));
        }
        err.println("listening to " + address + " (Ctrl-C stops)");
        String end = printer.ended.join();
        if (!end.isEmpty()) {
            throw new CommandFailure(address + " " + end);
        }
        return 0;
    }

    private static boolean isAddress(String api) {
        return api.startsWith("ws://") || api.startsWith("wss://");
    }

    private URI uri(String text) {
        try {
            URI address = new URI(text);
            if (address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException malformed) {
            throw new ParameterException(
                    spec.commandLine(), "'" + text + "' is not an address: " + malformed.getReason(), malformed);
        }
        throw new ParameterException(spec.commandLine(), "'" + text + "' names no host");
    }

    /** The token of this home is for the gateway of this home; nobody else gets to see it. */
    private String ownToken(URI address) {
        RunFile running = RunFile.read(home.get());
        boolean ours = !running.gateway().isEmpty()
                && URI.create(running.gateway()).getAuthority().equals(address.getAuthority());
        if (!ours) {
            throw new CommandFailure(address + " is not served by the gateway of home " + home.get()
                    + ", so its token is not sent there: give one with --token TOKEN");
        }
        return new TokenRequest(home.get(), running.gateway()).accessToken(null, null);
    }

    private String addressOf(RunFile running) {
        List<RunFile.Api> apis = running.apis().stream()
                .filter(candidate -> candidate.address().startsWith("ws"))
                .toList();
        return apis.stream()
                .filter(candidate -> candidate.name().equals(api))
                .map(RunFile.Api::address)
                .findFirst()
                .orElseThrow(() -> {
                    List<String> names = apis.stream().map(RunFile.Api::name).toList();
                    String suggestion = NearestName.of(api, names)
                            .map(name -> " Did you mean '" + name + "'?")
                            .orElse("");
                    return new CommandFailure("no streaming API '" + api + "' is served." + suggestion
                            + (names.isEmpty()
                                    ? " No streaming API is."
                                    : " Streaming APIs: " + String.join(", ", names)));
                });
    }

    private static String refusal(URI address, @Nullable Throwable cause) {
        if (cause instanceof WebSocketHandshakeException handshake) {
            int status = handshake.getResponse().statusCode();
            String challenge = handshake
                    .getResponse()
                    .headers()
                    .firstValue("WWW-Authenticate")
                    .orElse("");
            return address + " refused the connection with status " + status
                    + (challenge.isEmpty() ? "" : ": " + challenge);
        }
        if (cause instanceof IllegalArgumentException) { // its message shows the header with the token
            return address + " was not asked: the token has characters that may not be there";
        }
        return address + " cannot be reached (" + cause + "): is the gateway running, and is the address right?";
    }

    /** Prints whole messages; asks for the next frame only when the last is written, so that a slow terminal holds the server back. */
    private static final class Printer implements WebSocket.Listener {
        private final PrintWriter out;
        private final StringBuilder partial = new StringBuilder();
        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private long left;
        private long binaryBytes;

        private Printer(PrintWriter out, long count) {
            this.out = out;
            this.left = count;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            if (left <= 0) {
                return null; // sent before the server saw our close
            }
            partial.append(text);
            if (last) {
                out.println(partial);
                out.flush();
                partial.setLength(0);
                if (--left <= 0) {
                    socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
                    ended.complete("");
                }
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
            binaryBytes += bytes.remaining();
            if (last) {
                onText(socket, "(binary message of " + binaryBytes + " bytes)", true);
                binaryBytes = 0;
            } else {
                socket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended.complete("was closed with code " + code + (reason.isEmpty() ? "" : ": " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable trouble) {
            ended.complete("broke: " + trouble);
        }
    }
}

package io.sluice.cli;

import io.sluice.gateway.Gateway;
import io.sluice.gateway.ServedApi;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code sluice up} says when all is ready: the time it took, the addresses, and a try-out to copy and paste. */
final class ReadyLines {

    private final Path home;
    private final @Nullable Gateway gateway;
    private final String kafka;
    private final String management;

    ReadyLines(Path home, @Nullable Gateway gateway, String kafka, String management) {
        this.home = home;
        this.gateway = gateway;
        this.kafka = kafka;
        this.management = management;
    }

    /** The same addresses for the commands beside this process. */
    RunFile runFile() {
        List<RunFile.Api> apis =
                served().stream().map(api -> new RunFile.Api(api.name(), api.url())).toList();
        return new RunFile(gatewayAddress(), kafka, management, apis, ProcessHandle.current().pid());
    }

    void print(PrintWriter out) {
        out.println("sluice ready in " + sinceProcessStart().toMillis() + " ms");
        if (gateway != null) {
            out.println("  gateway  " + gatewayAddress());
        }
        for (ServedApi api : served()) {
            out.println("  api      " + api.url() + "  (" + api.name() + ", scopes: " + String.join(" ", api.scopes()) + ")");
        }
        if (!kafka.isEmpty()) {
            out.println("  kafka    " + kafka);
        }
        out.println("  health   " + management + "/health/ready");
        tryOut(out);
        out.flush();
    }

    private void tryOut(PrintWriter out) {
        if (kafka.isEmpty() || served().isEmpty()) {
            return;
        }
        ServedApi api = served().get(0);
        String sluice = System.getProperty("sluice.command", "sluice");
        String at = home.equals(Path.of("data").toAbsolutePath()) ? "" : " --home " + home;
        out.println();
        out.println("Try it, in two other terminals:");
        out.println("  " + sluice + " listen" + at + " " + api.name());
        out.println("  " + sluice + " produce" + at + " productions " + sample());
        out.println("or with the tools you know:");
        out.println("  TOKEN=$(" + sluice + " token" + at + ")");
        out.println("  npx wscat -c " + api.url() + " -H \"Authorization: Bearer $TOKEN\"");
        out.println("  echo '{\"event\":{\"name\":\"flour\",\"amount\":450.0}}' | kcat -P -b " + kafka + " -t productions");
    }

    private static String sample() {
        String relative = "siddhi-apps/data/productions.jsonl";
        String installation = System.getProperty("sluice.installation");
        return installation == null || Files.exists(Path.of(relative)) ? relative : Path.of(installation, relative).toString();
    }

    private String gatewayAddress() {
        return gateway == null ? "" : gateway.address();
    }

    private List<ServedApi> served() {
        return gateway == null ? List.of() : gateway.apis();
    }

    private static Duration sinceProcessStart() {
        Instant started = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        return Duration.between(started, Instant.now());
    }
}

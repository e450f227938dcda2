package io.sluice.cli;

import io.sluice.gateway.ServedApi;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@code sluice up} says when all is ready: the time it took, the addresses, and a try-out to copy and paste. */
final class ReadyLines {

    /** The topic of the sample app, whose sample data the try-out publishes, and the name of the API that shows them. */
    private static final String SAMPLE_TOPIC = "productions";

    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

    private final Path home;
    private final String gateway;
    private final List<ServedApi> apis;
    private final String runner;
    private final String dataService;
    private final String kafka;
    private final Set<String> topics;
    private final String management;

    /**
     * @param home the home folder
     * @param gateway base address of the gateway, or empty where there is none
     * @param apis what it serves
     * @param runner base address of the runner's admin API, or empty
     * @param dataService base address of the data service, or empty
     * @param kafka bootstrap address of the embedded broker, or empty
     * @param topics what the apps name at that broker, for the try-out
     * @param management base address of health and metrics
     */
    ReadyLines(
            Path home,
            String gateway,
            List<ServedApi> apis,
            String runner,
            String dataService,
            String kafka,
            Set<String> topics,
            String management) {
        this.home = home;
        this.gateway = gateway;
        this.apis = apis;
        this.runner = runner;
        this.dataService = dataService;
        this.kafka = kafka;
        this.topics = topics;
        this.management = management;
    }

    /** The same addresses for the commands beside this process. */
    RunFile runFile() {
        List<RunFile.Api> served = apis.stream()
                .map(api -> new RunFile.Api(api.name(), api.url().toString()))
                .toList();
        return new RunFile(
                gateway,
                runner,
                kafka,
                management,
                served,
                ProcessHandle.current().pid());
    }

    void print(PrintWriter out) {
        out.println("sluice ready in " + sinceJvmStart().toMillis() + " ms");
        if (!gateway.isEmpty()) {
            out.println("  gateway  " + gateway);
        }
        for (ServedApi api : apis) {
            out.println("  api      " + api.url() + "  (" + api.name() + ", " + demand(api) + ")");
        }
        if (!runner.isEmpty()) {
            out.println("  runner   " + runner);
        }
        if (!dataService.isEmpty()) {
            out.println("  data     " + dataService);
        }
        if (!kafka.isEmpty()) {
            out.println("  kafka    " + kafka);
        }
        out.println("  health   " + management + "/health/ready");
        tryOut(out);
        out.flush();
    }

    private static String demand(ServedApi api) {
        if (api.open()) {
            return "public";
        }
        return api.scopes().isEmpty() ? "any good token" : "scopes: " + String.join(" ", api.scopes());
    }

    private void tryOut(PrintWriter out) {
        List<ServedApi> streaming = apis.stream()
                .filter(api -> api.url().getScheme().startsWith("ws"))
                .toList();
        if (kafka.isEmpty() || streaming.isEmpty()) {
            return;
        }
        Optional<ServedApi> fed = topics.contains(SAMPLE_TOPIC)
                ? streaming.stream()
                        .filter(served -> served.name().equals(SAMPLE_TOPIC))
                        .findFirst()
                : Optional.empty();
        ServedApi api = fed.orElse(streaming.get(0));
        String sluice = System.getProperty("sluice.command", "sluice");
        String at = home.equals(Path.of("data").toAbsolutePath()) ? "" : " --home " + quoted(home.toString());
        out.println();
        out.println("Try it, in two other terminals:");
        out.println("  " + sluice + " listen" + at + " " + api.name());
        if (topics.contains(SAMPLE_TOPIC)) {
            out.println("  " + sluice + " produce" + at + " " + SAMPLE_TOPIC + " " + quoted(sample()));
        } else if (!topics.isEmpty()) {
            out.println(
                    "  " + sluice + " produce" + at + " " + topics.iterator().next() + "    # then one event a line");
        }
        out.println("or with the tools you know:");
        out.println("  TOKEN=$(" + sluice + " token" + at + ")");
        out.println("  npx wscat -c " + api.url() + " -H \"Authorization: Bearer $TOKEN\"");
        if (topics.contains(SAMPLE_TOPIC)) {
            out.println("  echo '{\"event\":{\"name\":\"flour\",\"amount\":450.0}}' | kcat -P -b " + kafka + " -t "
                    + SAMPLE_TOPIC);
        }
    }

    /** As one word of a shell. */
    private static String quoted(String word) {
        return PLAIN_WORD.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static String sample() {
        String relative = "siddhi-apps/data/productions.jsonl";
        String installation = System.getProperty("sluice.installation");
        return installation == null || Files.exists(Path.of(relative))
                ? relative
                : Path.of(installation, relative).toString();
    }

    /** From the start of the JVM: the process itself may have begun as the script that built everything first. */
    private static Duration sinceJvmStart() {
        return Duration.ofMillis(System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime());
    }
}

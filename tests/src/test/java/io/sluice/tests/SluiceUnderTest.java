package io.sluice.tests;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One {@code sluice} process as a user would start it, on free ports, with a home of its own. */
final class SluiceUnderTest implements AutoCloseable {

    /** The script that the build assembled. */
    static final Path SCRIPT = repository().resolve("distribution/target/sluice/bin/sluice");

    /** Where the sample apps listen; each process gets free ones. */
    private static final List<String> SAMPLE_PORTS =
            List.of("FARM_PORT", "FARM_FEED_PORT", "REPORTS_PORT", "ALERTS_PORT", "PRODUCTIONS_PORT");

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

    private final Process process;
    private final Path home;
    private final String command;
    private final Path out;
    private final Path err;

    private SluiceUnderTest(Process process, String command, Path home, Path out, Path err) {
        this.command = command;
        this.process = process;
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /** The root of the checkout. */
    static Path repository() {
        return Path.of("").toAbsolutePath().getParent();
    }

    /** Starts {@code sluice up} with the samples of the checkout on free ports and waits until it says it is ready. */
    static SluiceUnderTest up(Path home, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "up",
                "--home",
                home.toString(),
                "--set",
                "gateway.port=0",
                "--set",
                "kafka.port=0",
                "--set",
                "dataservice.port=" + environment.getOrDefault("SLUICE_DATASERVICE_PORT", "0"),
                "--set",
                "management.port=0"));
        command.addAll(List.of(arguments));
        SluiceUnderTest started = start(home, environment, command);
        started.awaitReady();
        return started;
    }

    /** Starts any command; {@code home} also takes the files with its output. */
    static SluiceUnderTest start(Path home, Map<String, String> environment, List<String> arguments) {
        return start(SCRIPT, home, environment, arguments);
    }

    /** The same with the script of another installation. */
    static SluiceUnderTest start(Path script, Path home, Map<String, String> environment, List<String> arguments) {
        try {
            Files.createDirectories(home);
            Path out = Files.createTempFile(home, "sluice", ".out");
            Path err = Files.createTempFile(home, "sluice", ".err");
            List<String> command = new ArrayList<>(List.of(script.toString()));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(repository().toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("SLUICE_INSTALLATION", repository().toString());
            builder.environment().put("SLUICE_RUNNER_ADMIN_PORT", "0");
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            for (String port : SAMPLE_PORTS) {
                builder.environment().put(port, String.valueOf(Ports.free()));
            }
            builder.environment().putAll(environment);
            return new SluiceUnderTest(builder.start(), arguments.get(0), home, out, err);
        } catch (IOException trouble) {
            throw new UncheckedIOException("cannot start " + SCRIPT + ": was the distribution packaged?", trouble);
        }
    }

    /** Runs a command to its end. */
    static Result run(Path home, Map<String, String> environment, String... arguments) {
        try (SluiceUnderTest command = start(home, environment, List.of(arguments))) {
            return command.awaitEnd();
        }
    }

    /** What a finished command left. */
    record Result(int exitCode, String out, String err) {}

    void awaitReady() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!out().contains("/health/ready")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new AssertionError("not ready; stdout:\n" + out() + "\nstderr:\n" + err());
            }
            pause();
        }
    }

    Result awaitEnd() {
        try {
            if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running; stdout:\n" + out() + "\nstderr:\n" + err());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        return new Result(process.exitValue(), out(), err());
    }

    /** The addresses that the process wrote for the commands beside it. */
    JsonObject addresses() {
        String role = Files.exists(home.resolve("run.json")) ? "" : "-" + command;
        return new JsonObject(read(home.resolve("run" + role + ".json")));
    }

    String gateway() {
        return addresses().getString("gateway");
    }

    String kafka() {
        return addresses().getString("kafka");
    }

    String management() {
        return addresses().getString("management");
    }

    /** The address of the streaming API of the Kafka sample. */
    String api() {
        return api("productions");
    }

    /** The address of an API by its name. */
    String api(String name) {
        return addresses().getJsonArray("apis").stream()
                .map(JsonObject.class::cast)
                .filter(api -> api.getString("name").equals(name))
                .map(api -> api.getString("address"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no API '" + name + "' in " + addresses()));
    }

    String token() {
        Result token = run(home, Map.of(), "token", "--home", home.toString());
        if (token.exitCode() != 0) {
            throw new AssertionError("no token: " + token);
        }
        return token.out().strip();
    }

    Process process() {
        return process;
    }

    Path home() {
        return home;
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** Asks to stop (SIGTERM), and insists after the limit. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("did not stop within " + STOP_LIMIT + "; stderr:\n" + err());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
}

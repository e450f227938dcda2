package io.sluice.cli;

import io.sluice.common.ConfigFile;
import io.sluice.common.Launcher;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Starts everything on free ports in a folder of its own, sends one event through, and stops. The build runs it once to record which classes a start loads, for
 * the class-data sharing archive; it is no use to anybody else.
 */
@Command(name = "warm-up", hidden = true, description = "Start, send one event through, and stop.")
final class WarmUpCommand implements Callable<Integer> {

    private static final long LIMIT_SECONDS = 60;

    @Parameters(index = "0", paramLabel = "DIR", description = "A folder that may be deleted.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Override
    public Integer call() throws Exception {
        delete(folder);
        Path home = Files.createDirectories(folder.resolve("data"));
        int port = freePort();
        Path event = write("event.jsonl", "{\"event\":{\"name\":\"warm-up\",\"amount\":1.5}}\n");
        write("siddhi-apps/WarmUp.siddhi", """
                @App:name('WarmUp')
                @source(type='kafka', topic.list='warm-up', bootstrap.servers='${KAFKA_BOOTSTRAP_SERVERS}', group.id='warm-up',
                        threading.option='single.thread', @map(type='json'))
                define stream In (name string, amount double);
                @sink(type='websocket-server', host='127.0.0.1', port='%d', path='/warm-up', @map(type='json'))
                define stream Out (name string, amount double);
                from In[amount < 500] select name, amount insert into Out;
                """.formatted(port));
        write("apis/warm-up.yaml", """
                name: warm-up
                context: warm-up
                version: "1.0"
                upstream: ws://127.0.0.1:%d/warm-up
                scopes: [warm-up:read]
                """.formatted(port));
        Files.createDirectories(folder.resolve("dataservices")); // else those of the installation would be served
        SluiceConfig config = ConfigFile.read(
                null,
                SluiceConfig.class,
                Map.of(),
                Map.of(
                        "home",
                        home.toString(),
                        "gateway.port",
                        "0",
                        "kafka.port",
                        "0",
                        "dataservice.port",
                        "0",
                        "runner.admin.port",
                        "0",
                        "management.port",
                        "0"));
        SluiceProcess process = new SluiceProcess(config, Role.UP)
                .withKafka()
                .withDatabase()
                .withDataSources()
                .withRunner()
                .withDataService()
                .withGateway();
        CompletableFuture<Void> traffic = new CompletableFuture<>();
        Thread user = new Thread(() -> use(process, home, event, traffic), "warm-up");
        user.setDaemon(true);
        user.start();
        int exit = process.run(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        traffic.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return exit;
    }

    /** What a user does in other terminals: listen, and publish until something arrives. */
    private static void use(SluiceProcess process, Path home, Path event, CompletableFuture<Void> traffic) {
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            while (!Files.exists(home.resolve("run.json"))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("not ready within " + LIMIT_SECONDS + " s");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            CompletableFuture<Integer> listening = CompletableFuture.supplyAsync(
                    () -> Sluice.run("listen", "--home", home.toString(), "--count", "1", "warm-up"));
            while (!listening.isDone()) {
                expectSuccess(Sluice.run("produce", "--home", home.toString(), "warm-up", event.toString()));
            }
            expectSuccess(listening.join());
            traffic.complete(null);
        } catch (Exception trouble) {
            traffic.completeExceptionally(trouble);
        } finally {
            process.stop();
        }
    }

    private static void expectSuccess(int exitCode) {
        if (exitCode != Launcher.EXIT_OK) {
            throw new IllegalStateException("a command of the warm-up ended with exit code " + exitCode);
        }
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

package io.sluice.benchmarks;

import io.sluice.benchmarks.SubscriberSwarm.Outcome;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Kafka → filter → WebSocket → gateway → subscribers, on one whole {@code sluice up} process: an open-loop producer sends at a fixed rate, every subscriber
 * notes when each event arrives. Latency counts from the <em>intended</em> send time, on the same clock, so that a stall is not hidden. Half of the records are dropped by the
 * filter; rates and counts are of events that pass it.
 *
 * <p>Arguments: pairs {@code subscribers:rate}, for example {@code 1:1000 1:20000 1000:100}.
 */
public final class EndToEndBenchmark {

    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration MEASURED = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private EndToEndBenchmark() {}

    /** Runs all pairs against one process and prints a Markdown table. */
    public static void main(String[] pairs) throws Exception {
        Path folder = Files.createTempDirectory("sluice-benchmark");
        Path home = Files.createDirectories(folder.resolve("data"));
        writeApp(folder, freePort());
        Process sluice = start(home);
        try {
            JsonObject addresses = awaitAddresses(sluice, home);
            String token = token(home);
            System.out.println(
                    "| subscribers | events/s asked | events/s sent | delivered | lost | p50 ms | p99 ms | p99.9 ms | max ms |");
            System.out.println("|---|---|---|---|---|---|---|---|---|");
            for (String pair : pairs) {
                String[] numbers = pair.split(":", 2);
                run(addresses, token, Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
            }
        } finally {
            sluice.destroy();
            if (!sluice.waitFor(30, TimeUnit.SECONDS)) {
                sluice.destroyForcibly();
            }
        }
    }

    private static void run(JsonObject addresses, String token, int subscribers, int rate) throws Exception {
        URI api = URI.create(addresses.getJsonArray("apis").getJsonObject(0).getString("address"));
        try (SubscriberSwarm swarm = new SubscriberSwarm(api, token, subscribers);
                KafkaProducer<String, String> producer = producer(addresses.getString("kafka"))) {
            send(producer, rate, WARM_UP);
            swarm.awaitQuiet(GRACE);
            swarm.reset();
            long started = System.nanoTime();
            long sent = send(producer, rate, MEASURED);
            double seconds = (System.nanoTime() - started) / 1e9;
            swarm.awaitEvents(sent * subscribers, GRACE);
            Outcome outcome = swarm.outcome();
            System.out.printf(
                    "| %,d | %,d | %,.0f | %,d | %,d | %.1f | %.1f | %.1f | %.1f |%n",
                    subscribers,
                    rate,
                    sent / seconds,
                    outcome.events(),
                    sent * subscribers - outcome.events(),
                    outcome.millisAt(50),
                    outcome.millisAt(99),
                    outcome.millisAt(99.9),
                    outcome.millisAt(100));
        }
    }

    /** Sends for a while at a fixed rate; every event that passes is followed by one that does not. Returns the number of events that pass. */
    private static long send(KafkaProducer<String, String> producer, int rate, Duration length) {
        long interval = TimeUnit.SECONDS.toNanos(1) / rate;
        long first = System.nanoTime();
        long total = length.toNanos() / interval;
        for (long event = 0; event < total; event++) {
            long due = first + event * interval;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            producer.send(record(due, "10.5"));
            producer.send(record(due, "900.5"));
        }
        producer.flush();
        return total;
    }

    private static ProducerRecord<String, String> record(long nanos, String amount) {
        return new ProducerRecord<>(
                "productions", "{\"event\":{\"name\":\"" + nanos + "\",\"amount\":" + amount + "}}");
    }

    private static KafkaProducer<String, String> producer(String bootstrap) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "linger.ms", "0", "acks", "1"),
                new StringSerializer(),
                new StringSerializer());
    }

    /** The sample app without its log sink, which would write one line per event. */
    private static void writeApp(Path folder, int port) throws IOException {
        Files.createDirectories(folder.resolve("siddhi-apps"));
        Files.createDirectories(folder.resolve("apis"));
        Files.writeString(folder.resolve("siddhi-apps/Benchmark.siddhi"), """
                @App:name('Benchmark')
                @source(type='kafka', topic.list='productions', bootstrap.servers='${KAFKA_BOOTSTRAP_SERVERS}', group.id='benchmark',
                        threading.option='single.thread', @map(type='json'))
                define stream In (name string, amount double);
                @sink(type='websocket-server', host='127.0.0.1', port='%d', path='/productions', @map(type='json'))
                define stream Out (name string, amount double);
                from In[amount < 500] select name, amount insert into Out;
                """.formatted(port));
        Files.writeString(folder.resolve("apis/productions.yaml"), """
                name: productions
                context: productions
                version: "1.0"
                upstream: ws://127.0.0.1:%d/productions
                scopes: [productions:read]
                """.formatted(port));
    }

    private static Process start(Path home) throws IOException {
        List<String> command = new ArrayList<>(command("up", home));
        for (String port : List.of("gateway.port=0", "kafka.port=0", "management.port=0")) {
            command.addAll(List.of("--set", port));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(home.resolve("out").toFile())
                .redirectError(home.resolve("err").toFile());
        builder.environment().put("SLUICE_LOG_LEVEL", "ERROR");
        builder.environment().put("SLUICE_RUNNER_ADMIN_PORT", "0");
        return builder.start();
    }

    private static List<String> command(String verb, Path home) {
        String script = System.getProperty("sluice.script", "distribution/target/sluice/bin/sluice");
        return List.of(script, verb, "--home", home.toString());
    }

    private static JsonObject awaitAddresses(Process sluice, Path home) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(home.resolve("run.json"))) {
            if (!sluice.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("sluice did not start: " + Files.readString(home.resolve("err")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return new JsonObject(Files.readString(home.resolve("run.json")));
    }

    private static String token(Path home) throws IOException {
        Process token = new ProcessBuilder(command("token", home)).start();
        return new String(token.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

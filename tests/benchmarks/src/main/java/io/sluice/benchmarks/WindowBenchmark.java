package io.sluice.benchmarks;

import io.sluice.kafka.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Kafka JSON → filter → windowed group-by → Kafka JSON: one {@code sluice runner} process with an app, a Kafka Streams process with the same job, and a bare consumer that
 * only parses. Each works off the same topic, which is filled before, alone, beside the broker of this process; at least once all three. The rate counts
 * records of the input from {@link #WARM_UP} after the first output to the last one.
 *
 * <p>Arguments: records in the topic, keys.
 */
public final class WindowBenchmark {

    static final String INPUT = "window-input";
    static final Duration WARM_UP = Duration.ofSeconds(3);

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern COUNT = Pattern.compile("\"name\":\"(\\w+)\"[^}]*\"events\":(\\d+)");

    private final EmbeddedBroker broker;
    private final Path folder;
    private final int records;

    private WindowBenchmark(EmbeddedBroker broker, Path folder, int records) {
        this.broker = broker;
        this.folder = folder;
        this.records = records;
    }

    /** Runs all three and prints a Markdown table. */
    public static void main(String[] arguments) throws Exception {
        int records = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 6_000_000;
        int keys = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
        Path folder = Files.createTempDirectory("sluice-benchmark");
        try (EmbeddedBroker broker = new EmbeddedBroker(folder.resolve("kafka"), 0)) {
            broker.start();
            broker.createTopic(INPUT, 1);
            WindowBenchmark benchmark = new WindowBenchmark(broker, folder, records);
            benchmark.fill(keys);
            double consumer = benchmark.printed(WindowPeers.CONSUMER);
            double streams = benchmark.throughKafka(WindowPeers.STREAMS, benchmark.peer(WindowPeers.STREAMS));
            double sluice = benchmark.throughKafka("sluice", benchmark.sluice());
            System.out.println(
                    "| records | keys | Sluice/s | Kafka Streams/s | bare consumer/s | × Streams | × consumer |");
            System.out.println("|---|---|---|---|---|---|---|");
            System.out.printf(
                    "| %,d | %,d | %,.0f | %,.0f | %,.0f | %.2f | %.2f |%n",
                    records, keys, sluice, streams, consumer, sluice / streams, sluice / consumer);
        }
        System.exit(0); // whatever thread of the broker is left
    }

    /** Half of the records pass the filter; the last one, an hour later, makes Kafka Streams close its last window. */
    private void fill(int keys) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "20", "batch.size", "131072"),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                String key = "k" + (i / 2) % keys;
                String amount = i % 2 == 0 ? "10.5" : "900.5";
                producer.send(new ProducerRecord<>(
                        INPUT, key, "{\"event\":{\"name\":\"" + key + "\",\"amount\":" + amount + "}}"));
            }
            long later = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
            producer.send(
                    new ProducerRecord<>(INPUT, null, later, "end", "{\"event\":{\"name\":\"end\",\"amount\":10.5}}"));
        }
    }

    private Process sluice() throws IOException {
        Path home = Files.createDirectories(folder.resolve("data"));
        Path apps = Files.createDirectories(folder.resolve("apps"));
        Files.writeString(apps.resolve("Window.siddhi"), """
                @App:name('Window')
                @source(type='kafka', topic.list='%s', bootstrap.servers='%s', group.id='window', threading.option='single.thread',
                        optional.configuration='auto.offset.reset:earliest', @map(type='json'))
                define stream In (name string, amount double);
                @sink(type='kafka', topic='%s', bootstrap.servers='%s', @map(type='json'))
                define stream Out (name string, total double, events long);
                from In[amount < 500]#window.timeBatch(100 milliseconds) select name, sum(amount) as total, count() as events
                group by name insert into Out;
                """.formatted(
                        INPUT, broker.bootstrapServers(), output("sluice"), broker.bootstrapServers()));
        String script = System.getProperty("sluice.script", "distribution/target/sluice/bin/sluice");
        ProcessBuilder builder = new ProcessBuilder(
                        script,
                        "runner",
                        "--home",
                        home.toString(),
                        "--set",
                        "runner.apps=" + apps,
                        "--set",
                        "management.port=0")
                .redirectOutput(folder.resolve("sluice.out").toFile())
                .redirectError(folder.resolve("sluice.err").toFile());
        builder.environment().put("SLUICE_LOG_LEVEL", "ERROR");
        builder.environment().put("SLUICE_RUNNER_ADMIN_PORT", "0");
        return builder.start();
    }

    private Process peer(String kind) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-Xmx1g",
                "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(
                WindowPeers.class.getName(), kind, broker.bootstrapServers(), output(kind), String.valueOf(records)));
        command.add(folder.resolve("state").toString());
        return new ProcessBuilder(command)
                .redirectError(folder.resolve(kind + ".err").toFile())
                .start();
    }

    private static String output(String kind) {
        return "window-output-" + kind;
    }

    /** The rate that a peer prints itself. */
    private double printed(String kind) throws IOException, InterruptedException {
        Process peer = peer(kind);
        String text = new String(peer.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        peer.waitFor();
        return Double.parseDouble(text.strip());
    }

    /** The rate at which outputs account for the input. */
    private double throughKafka(String kind, Process process) throws Exception {
        long wanted = records / 2;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (KafkaConsumer<String, String> outputs = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        "benchmark-" + kind,
                        "metadata.max.age.ms",
                        "500",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            broker.createTopic(output(kind), 1);
            outputs.subscribe(Set.of(output(kind)));
            long counted = 0;
            long countedAtStart = 0;
            long started = Long.MAX_VALUE;
            while (counted < wanted) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            kind + " accounted for " + counted + " of " + wanted + "; see " + folder);
                }
                boolean first = counted == 0;
                for (ConsumerRecord<String, String> output : outputs.poll(Duration.ofMillis(10))) {
                    counted += countOf(output.value());
                }
                if (first && counted > 0) {
                    started = System.nanoTime() + WARM_UP.toNanos();
                }
                if (countedAtStart == 0 && counted > 0 && System.nanoTime() >= started) {
                    started = System.nanoTime();
                    countedAtStart = counted;
                }
            }
            if (countedAtStart == 0) {
                throw new IllegalStateException(kind + " was through before it was warm: give more records");
            }
            return 2 * (counted - countedAtStart) / ((System.nanoTime() - started) / 1e9);
        } finally {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** Siddhi sends all groups of a window as one record, Kafka Streams one record each. */
    private static long countOf(String value) {
        Matcher count = COUNT.matcher(value);
        long events = 0;
        while (count.find()) {
            events += count.group(1).equals("end") ? 0 : Long.parseLong(count.group(2));
        }
        return events;
    }
}

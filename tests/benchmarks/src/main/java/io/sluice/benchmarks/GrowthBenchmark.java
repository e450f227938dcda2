package io.sluice.benchmarks;

import io.sluice.kafka.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What an event costs when there are more apps or more keys: one {@code sluice runner} with N apps, each counting by key what its own topic holds, the number of events in
 * all being the same. The cost is the CPU time of the process from ready to the last event, divided by the events; memory is what stays resident when all apps are
 * ready.
 *
 * <p>Arguments: triples {@code apps:keys:events}.
 */
public final class GrowthBenchmark {

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern READY = Pattern.compile("ready in (\\d+) ms");
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long TICKS_PER_SECOND = 100;

    private final EmbeddedBroker broker;
    private final Path folder;

    private GrowthBenchmark(EmbeddedBroker broker, Path folder) {
        this.broker = broker;
        this.folder = folder;
    }

    /** Runs all triples and prints a Markdown table. */
    public static void main(String[] triples) throws Exception {
        Path folder = Files.createTempDirectory("sluice-benchmark");
        try (EmbeddedBroker broker = new EmbeddedBroker(folder.resolve("kafka"), 0)) {
            broker.start();
            System.out.println(
                    "| apps | keys per app | events | ready ms | resident MB | CPU µs per event | events/s |");
            System.out.println("|---|---|---|---|---|---|---|");
            for (String triple : triples) {
                String[] numbers = triple.split(":", 3);
                new GrowthBenchmark(broker, Files.createTempDirectory(folder, "run"))
                        .run(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
            }
        }
        System.exit(0); // whatever thread of the broker is left
    }

    private void run(int apps, int keys, int events) throws Exception {
        String run = folder.getFileName().toString();
        for (int app = 0; app < apps; app++) {
            broker.createTopic(run + "-in-" + app, 1);
            broker.createTopic(run + "-out-" + app, 1);
            writeApp(run, app);
        }
        Process sluice = start();
        try {
            long ready = awaitReady(sluice);
            long resident = resident(sluice);
            long before = cpuTicks(sluice);
            long began = System.nanoTime();
            fill(run, apps, keys, events / apps);
            awaitEnd(sluice, run, apps);
            double seconds = (System.nanoTime() - began) / 1e9;
            double cpu = (cpuTicks(sluice) - before) * 1e6 / TICKS_PER_SECOND / events;
            System.out.printf(
                    "| %,d | %,d | %,d | %,d | %,d | %.2f | %,.0f |%n",
                    apps, keys, events, ready, resident >> 10, cpu, events / seconds);
        } finally {
            sluice.destroy();
            if (!sluice.waitFor(60, TimeUnit.SECONDS)) {
                sluice.destroyForcibly();
            }
        }
    }

    private void writeApp(String run, int app) throws IOException {
        Path apps = Files.createDirectories(folder.resolve("apps"));
        Files.writeString(apps.resolve("App" + app + ".siddhi"), """
                @App:name('App%1$d')
                @source(type='kafka', topic.list='%2$s-in-%1$d', bootstrap.servers='%3$s', group.id='%2$s-%1$d', threading.option='single.thread',
                        optional.configuration='auto.offset.reset:earliest', @map(type='json'))
                define stream In (name string, amount double);
                @sink(type='kafka', topic='%2$s-out-%1$d', bootstrap.servers='%3$s', @map(type='json'))
                define stream Out (name string, total double);
                define stream Sums (name string, total double, events long);
                from In select name, sum(amount) as total, count() as events group by name insert into Sums;
                from Sums[name == 'end'] select name, total insert into Out;
                """.formatted(app, run, broker.bootstrapServers()));
    }

    private Process start() throws IOException {
        String script = System.getProperty("sluice.script", "distribution/target/sluice/bin/sluice");
        List<String> command = new ArrayList<>(
                List.of(script, "runner", "--home", folder.resolve("data").toString()));
        command.addAll(List.of("--set", "runner.apps=" + folder.resolve("apps"), "--set", "management.port=0"));
        command.addAll(List.of("--set", "runner.admin.port=0"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("SLUICE_LOG_LEVEL", "ERROR");
        return builder.start();
    }

    private long awaitReady(Process sluice) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Matcher ready = READY.matcher(Files.readString(folder.resolve("out")));
            if (ready.find()) {
                return Long.parseLong(ready.group(1));
            }
            if (!sluice.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("sluice did not start: " + Files.readString(folder.resolve("err")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void fill(String run, int apps, int keys, int eventsPerApp) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "20", "batch.size", "131072"),
                new StringSerializer(),
                new StringSerializer())) {
            for (int event = 1; event < eventsPerApp; event++) {
                String payload = payload("k" + event % keys);
                for (int app = 0; app < apps; app++) {
                    producer.send(new ProducerRecord<>(run + "-in-" + app, payload));
                }
            }
            for (int app = 0; app < apps; app++) {
                producer.send(new ProducerRecord<>(run + "-in-" + app, payload("end")));
            }
        }
    }

    private static String payload(String name) {
        return "{\"event\":{\"name\":\"" + name + "\",\"amount\":10.5}}";
    }

    /** Every app answers to its last event. */
    private void awaitEnd(Process sluice, String run, int apps) throws IOException {
        List<TopicPartition> outputs = IntStream.range(0, apps)
                .mapToObj(app -> new TopicPartition(run + "-out-" + app, 0))
                .toList();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int ended = 0;
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(outputs);
            consumer.seekToBeginning(outputs);
            while (ended < apps) {
                ended += consumer.poll(Duration.ofMillis(100)).count();
                if (!sluice.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException(ended + " of " + apps + " apps came to their end: "
                            + Files.readString(folder.resolve("err")));
                }
            }
        }
    }

    private static long resident(Process sluice) throws IOException {
        Matcher size = RESIDENT.matcher(Files.readString(Path.of("/proc", String.valueOf(sluice.pid()), "status")));
        return size.find() ? Long.parseLong(size.group(1)) : 0;
    }

    /** User and system time, fields 14 and 15 of proc(5) stat. */
    private static long cpuTicks(Process sluice) throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(sluice.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}

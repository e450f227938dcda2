package io.sluice.cli;

import io.sluice.common.NearestName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes lines to a Kafka topic, one record each. */
@Command(
        name = "produce",
        description = "Publish the lines of a file, or of standard input, to a Kafka topic.",
        mixinStandardHelpOptions = true)
final class ProduceCommand implements Callable<Integer> {

    private static final long TIMEOUT_SECONDS = 15;

    @Mixin
    private final HomeOption home = new HomeOption();

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Another broker than the one of the running Sluice.")
    private @Nullable String bootstrap;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic; it must exist.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String topic;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "One record a line. Default: standard input.")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        String broker = bootstrap != null ? bootstrap : brokerOf(RunFile.read(home.get()));
        try (BufferedReader lines = open()) {
            requireTopic(broker);
            long published = publish(broker, lines);
            spec.commandLine().getErr().println("published " + published + " records to '" + topic + "' at " + broker);
            return 0;
        }
    }

    private static String brokerOf(RunFile running) {
        if (running.kafka().isEmpty()) {
            throw new CommandFailure(
                    "the running Sluice has no embedded broker: name yours with --bootstrap HOST:PORT");
        }
        return running.kafka();
    }

    private BufferedReader open() throws IOException {
        if (file == null) {
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        }
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new CommandFailure("cannot read " + file + ": check the name");
        }
        return Files.newBufferedReader(file);
    }

    private void requireTopic(String broker) {
        try (Admin admin = Admin.create(
                Map.of("bootstrap.servers", broker, "request.timeout.ms", "5000", "default.api.timeout.ms", "10000"))) {
            Set<String> topics = new TreeSet<>(admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
            if (!topics.contains(topic)) {
                String suggestion = NearestName.of(topic, topics)
                        .map(name -> " Did you mean '" + name + "'?")
                        .orElse("");
                throw new CommandFailure("topic '" + topic + "' does not exist at " + broker + "." + suggestion
                        + " Topics: " + String.join(", ", topics));
            }
        } catch (ExecutionException | TimeoutException unreachable) {
            throw new CommandFailure("the broker at " + broker + " does not answer: " + unreachable.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }

    private long publish(String broker, BufferedReader lines) throws IOException {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker,
                "linger.ms", "5",
                "compression.type", "none",
                "max.request.size", String.valueOf(16 << 20),
                "request.timeout.ms", "10000",
                "delivery.timeout.ms", "30000");
        long published = 0;
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (String line = lines.readLine(); line != null && failure.get() == null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    producer.send(
                            new ProducerRecord<>(topic, line), (sent, trouble) -> failure.compareAndSet(null, trouble));
                    published++;
                }
            }
            producer.flush();
        }
        Exception trouble = failure.get();
        if (trouble != null) {
            throw new CommandFailure("publishing to '" + topic + "' at " + broker + " failed: " + trouble.getMessage());
        }
        return published;
    }
}

package io.sluice.cli;

import io.sluice.common.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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

    /** What the embedded broker takes. */
    private static final int MAX_RECORD_BYTES = 16 << 20;

    private static final int RECORD_OVERHEAD = 1024;

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
        try (RecordLines lines = open()) {
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

    private RecordLines open() throws IOException {
        if (file == null) {
            return new RecordLines(System.in, MAX_RECORD_BYTES);
        }
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new CommandFailure("cannot read " + file + ": check the name");
        }
        return new RecordLines(Files.newInputStream(file), MAX_RECORD_BYTES);
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
            throw new CommandFailure("the broker at " + broker + " does not answer (" + unreachable.getMessage()
                    + "): is it running, and is the address right?");
        } catch (KafkaException unusable) {
            Throwable why = unusable.getCause() == null ? unusable : unusable.getCause();
            throw new CommandFailure(
                    "'" + broker + "' is no address of a broker: " + why.getMessage() + ". Write HOST:PORT.");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }

    /** Returns how many the broker has; fails with that number, too. */
    private long publish(String broker, RecordLines lines) throws IOException {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        AtomicLong published = new AtomicLong();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker,
                "linger.ms", "5",
                "compression.type", "none",
                "max.request.size", String.valueOf(MAX_RECORD_BYTES + RECORD_OVERHEAD),
                "request.timeout.ms", "10000",
                "delivery.timeout.ms", "30000");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (byte[] line = lines.next(); line != null && failure.get() == null; line = lines.next()) {
                producer.send(new ProducerRecord<>(topic, line), (sent, trouble) -> {
                    if (trouble == null) {
                        published.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, trouble);
                    }
                });
            }
            producer.flush();
        }
        Exception trouble = failure.get();
        if (trouble != null) {
            throw new CommandFailure("publishing to '" + topic + "' at " + broker + " failed after " + published
                    + " records: " + trouble.getMessage());
        }
        return published.get();
    }
}

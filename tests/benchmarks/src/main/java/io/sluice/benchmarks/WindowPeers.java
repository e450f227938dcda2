package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;

/** What {@link WindowBenchmark} compares with, each in a process of its own. */
public final class WindowPeers {

    static final String CONSUMER = "consumer";
    static final String STREAMS = "streams";

    /** The input, as its peer of Kafka Streams sees it. */
    record Event(Production event) {}

    record Production(String name, double amount) {}

    record Total(String name, double total, long events) {
        Total plus(Production one) {
            return new Total(one.name(), total + one.amount(), events + 1);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private WindowPeers() {}

    /** Arguments: kind, bootstrap servers, output topic, records, folder for state. */
    public static void main(String[] arguments) {
        if (arguments[0].equals(CONSUMER)) {
            System.out.println(consume(arguments[1], Long.parseLong(arguments[3])));
        } else {
            stream(arguments[1], arguments[2], arguments[4]);
        }
    }

    /** Reads and parses all records; the rate after the warm-up. */
    private static double consume(String bootstrap, long records) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrap, "group.id", "bare", "auto.offset.reset", "earliest");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(Set.of(WindowBenchmark.INPUT));
            long seen = 0;
            long seenAtStart = 0;
            double sum = 0;
            long started = 0;
            while (seen < records) {
                for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(100))) {
                    JsonNode event = JSON.readTree(each.value()).get("event");
                    sum += event.get("amount").asDouble()
                            + event.get("name").asText().length();
                    seen++;
                }
                long now = System.nanoTime();
                started = started == 0 && seen > 0 ? now : started;
                if (seenAtStart == 0 && seen > 0 && now - started > WindowBenchmark.WARM_UP.toNanos()) {
                    seenAtStart = seen;
                    started = now;
                }
            }
            if (sum == 0 || seenAtStart == 0) {
                throw new IllegalStateException("through before it was warm: give more records");
            }
            return (seen - seenAtStart) / ((System.nanoTime() - started) / 1e9);
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    private static void stream(String bootstrap, String output, String folder) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "streams");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put("auto.offset.reset", "earliest");
        // its cache hands results on at a commit only: every 30 s by default, which nobody who waits for them would
        // keep
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(WindowBenchmark.INPUT, Consumed.with(Serdes.String(), json(Event.class)))
                .mapValues(Event::event)
                .filter((key, production) -> production.amount() < 500)
                .groupByKey(Grouped.with(Serdes.String(), json(Production.class)))
                .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofMillis(100)))
                .aggregate(
                        () -> new Total("", 0, 0),
                        (key, production, total) -> total.plus(production),
                        Materialized.with(Serdes.String(), json(Total.class)))
                .suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()))
                .toStream((window, total) -> window.key())
                .to(output, Produced.with(Serdes.String(), json(Total.class)));
        KafkaStreams streams = new KafkaStreams(builder.build(), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static <T> Serde<T> json(Class<T> type) {
        Serializer<T> write = (topic, value) -> {
            try {
                return value == null ? null : JSON.writeValueAsBytes(value);
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        };
        Deserializer<T> read = (topic, bytes) -> {
            try {
                return bytes == null ? null : JSON.readValue(bytes, type);
            } catch (IOException notJson) {
                throw new UncheckedIOException(notJson);
            }
        };
        return Serdes.serdeFrom(write, read);
    }
}

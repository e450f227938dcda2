package io.sluice.siddhi.kafka;

import io.sluice.kafka.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An embedded broker with a producer, and a look at what the broker holds. */
final class TestBroker implements AutoCloseable {

    private final Path logDir;
    private final EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;

    TestBroker() throws IOException {
        logDir = Files.createTempDirectory("sluice-kafka");
        broker = new EmbeddedBroker(logDir, 0).start();
    }

    String address() {
        return broker.bootstrapServers();
    }

    void start() throws IOException {
        broker.start();
    }

    void stop() {
        broker.close();
    }

    void createTopic(String topic, int partitions) throws IOException {
        broker.createTopic(topic, partitions);
    }

    void send(String topic, String value) throws Exception {
        send(new ProducerRecord<>(topic, bytes(value)));
    }

    void send(String topic, int partition, String value) throws Exception {
        send(new ProducerRecord<>(topic, partition, null, bytes(value)));
    }

    /** Returns the offset. */
    long send(ProducerRecord<byte[], byte[]> produced) throws Exception {
        return producer().send(produced).get(30, TimeUnit.SECONDS).offset();
    }

    /** Sends values prefix0, prefix1, … without waiting for each. */
    void sendMany(String topic, int partition, String prefix, int number) {
        for (int i = 0; i < number; i++) {
            producer().send(new ProducerRecord<>(topic, partition, null, bytes(prefix + i)));
        }
        producer().flush();
    }

    synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers",
                    address(),
                    "max.request.size",
                    8_000_000,
                    "max.block.ms",
                    30_000,
                    "linger.ms",
                    0);
            producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    /** The offset the group would continue at, or -1. */
    long committed(String group, String topic, int partition) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            OffsetAndMetadata offset = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS)
                    .get(new TopicPartition(topic, partition));
            return offset == null ? -1 : offset.offset();
        } catch (Exception unknown) {
            throw new IllegalStateException("no offsets of group " + group, unknown);
        }
    }

    /** Members of a group by the broker's view. */
    int members(String group) {
        return partitionsPerMember(group).size();
    }

    /** How many partitions each member of a group has by the broker's view, fewest first. */
    List<Integer> partitionsPerMember(String group) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            return admin
                    .describeConsumerGroups(Set.of(group))
                    .all()
                    .get(10, TimeUnit.SECONDS)
                    .get(group)
                    .members()
                    .stream()
                    .map(member -> member.assignment().topicPartitions().size())
                    .sorted()
                    .toList();
        } catch (Exception unknown) {
            throw new IllegalStateException("no members of group " + group, unknown);
        }
    }

    /** All that a topic holds right now. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Object> settings = Map.of("bootstrap.servers", address(), "allow.auto.create.topics", false);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.listTopics(Duration.ofSeconds(10)).getOrDefault(topic, List.of()).stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    /** The topics that exist. */
    Set<String> topics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            return admin.listTopics().names().get(10, TimeUnit.SECONDS);
        }
    }

    List<String> values(String topic) {
        return records(topic).stream()
                .map(polled -> new String(polled.value(), StandardCharsets.UTF_8))
                .toList();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
        }
        broker.close();
        try (Stream<Path> files = Files.walk(logDir)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}

package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.kafka.embedded.EmbeddedBroker;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A runner that is killed again and again under load: what it has read and not answered for is read again. Doubles are allowed, gaps are not. */
class RunnerKillE2E {

    private static final int KILLS = 10;
    private static final int PARTITIONS = 3;
    private static final int ANSWERS_BEFORE_A_KILL = 500;
    private static final int MOST_UNDER_WAY = 10_000;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final List<Exception> refused = new CopyOnWriteArrayList<>();
    private final BitSet answered = new BitSet(); // by the test's thread
    private EmbeddedBroker broker;
    private KafkaConsumer<String, String> consumer;
    private volatile boolean loading = true;

    @BeforeEach
    void start() throws IOException {
        broker = new EmbeddedBroker(folder.resolve("kafka"), 0);
        broker.start();
        broker.createTopic("kill-in", PARTITIONS);
        broker.createTopic("kill-out", PARTITIONS);
        // listed partitions: a group would wait for the session of each killed member to end
        Files.writeString(Files.createDirectory(folder.resolve("apps")).resolve("Kill.siddhi"), """
                @App:name('Kill')
                @source(type='kafka', topic.list='kill-in', partition.no.list='0,1,2', group.id='kill',
                        threading.option='single.thread', bootstrap.servers='${KAFKA_BOOTSTRAP_SERVERS}', @map(type='json'))
                define stream In (number int);
                @sink(type='kafka', topic='kill-out', bootstrap.servers='${KAFKA_BOOTSTRAP_SERVERS}', @map(type='json'))
                define stream Out (number int);
                from In select number insert into Out;
                """);
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.assign(List.of(
                new TopicPartition("kill-out", 0),
                new TopicPartition("kill-out", 1),
                new TopicPartition("kill-out", 2)));
    }

    @AfterEach
    void stop() {
        loading = false;
        try (EmbeddedBroker last = broker;
                KafkaConsumer<String, String> first = consumer) {
            // closing is all
        }
    }

    @Test
    void leavesNoGapHoweverOftenItIsKilledUnderLoad() throws Exception {
        Thread load = new Thread(this::load, "load");
        load.start();

        for (int kill = 0; kill < KILLS; kill++) {
            SluiceUnderTest runner = startRunner();
            int before = answered.cardinality();
            await().atMost(LIMIT).until(() -> readAnswers() >= before + ANSWERS_BEFORE_A_KILL);
            runner.process().destroyForcibly().waitFor();
        }
        loading = false;
        load.join();

        try (SluiceUnderTest last = startRunner()) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(readAnswers())
                            .as(() -> "answers; the first number without one is " + answered.nextClearBit(0)
                                    + ", the runner says: " + last.err())
                            .isEqualTo(sent.get()));
            assertThat(refused).as("records that never reached Kafka").isEmpty();
        }
    }

    private SluiceUnderTest startRunner() {
        return SluiceUnderTest.start(
                folder.resolve("runner"),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()),
                List.of(
                        "runner",
                        "--home",
                        folder.resolve("runner").toString(),
                        "--set",
                        "runner.apps=" + folder.resolve("apps"),
                        "--set",
                        "management.port=0"));
    }

    /** About 5,000 records per second, so that there is always something under way; a slow machine gets no more than it can answer. */
    private void load() {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            while (loading) {
                for (int i = 0; i < 50 && sent.get() - answers.get() < MOST_UNDER_WAY; i++) {
                    int number = sent.getAndIncrement();
                    producer.send(
                            new ProducerRecord<>(
                                    "kill-in", number % PARTITIONS, null, "{\"event\":{\"number\":" + number + "}}"),
                            (done, trouble) -> {
                                if (trouble != null) {
                                    refused.add(trouble);
                                }
                            });
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    /** How many numbers have been answered at least once by now. */
    private int readAnswers() {
        for (ConsumerRecord<String, String> answer : consumer.poll(Duration.ofMillis(50))) {
            answered.set(new JsonObject(answer.value()).getJsonObject("event").getInteger("number"));
        }
        answers.set(answered.cardinality());
        return answers.get();
    }
}

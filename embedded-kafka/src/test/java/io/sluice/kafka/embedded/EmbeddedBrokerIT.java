package io.sluice.kafka.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

    @TempDir
    Path logDir;

    @Test
    void servesRecordsAndKeepsThemOverARestartOnTheSamePort() throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(logDir, 0).start()) {
            int port = broker.port();
            send(broker, "orders", "first");

            broker.close();
            broker.start();

            assertThat(broker.port()).isEqualTo(port);
            send(broker, "orders", "second");
            assertThat(read(broker, "orders", 2)).containsExactly("first", "second");
            assertThat(broker.failure()).isEmpty();
        }
    }

    @Test
    void continuesTheDataOfAnEarlierBrokerOnAnotherPort() throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(logDir, 0).start()) {
            send(broker, "orders", "kept");
        }

        try (EmbeddedBroker broker = new EmbeddedBroker(logDir, 0).start()) {
            assertThat(read(broker, "orders", 1)).containsExactly("kept");
        }
    }

    @Test
    void survivesThatKafkaWantsToEndTheProcessAndTells() throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(logDir, 0).start()) {
            assertThatThrownBy(() -> Exit.halt(1, "all log dirs have failed"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("all log dirs have failed");

            assertThat(broker.failure())
                    .hasValueSatisfying(trouble -> assertThat(trouble).hasMessageContaining("all log dirs"));
        }
    }

    @Test
    void namesThePortThatIsTakenAndWhatToDo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedBroker broker = new EmbeddedBroker(logDir, taken.getLocalPort())) {

            assertThatThrownBy(broker::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " on 127.0.0.1 is already in use")
                    .hasMessageContaining("choose another port");
            assertThat(broker.running()).isFalse();
        }
    }

    @Test
    void saysWhatIsWrongWithADirectoryThatAnotherBrokerUsesAndLivesOn() throws Exception {
        try (EmbeddedBroker first = new EmbeddedBroker(logDir, 0).start();
                EmbeddedBroker second = new EmbeddedBroker(logDir, 0)) {

            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(logDir.toString())
                    .hasMessageContaining("no other broker uses this directory");
            send(first, "orders", "still served");
            assertThat(read(first, "orders", 1)).containsExactly("still served");
        }
    }

    @Test
    void createsATopicOnceAndLeavesAnExistingOneAlone() throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(logDir, 0).start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            broker.createTopic("orders", 3);
            broker.createTopic("orders", 1);

            var description = admin.describeTopics(List.of("orders"))
                    .allTopicNames()
                    .get()
                    .get("orders");
            assertThat(description.partitions()).hasSize(3);
        }
    }

    @Test
    void closesTwiceAndWithoutAStart() {
        EmbeddedBroker broker = new EmbeddedBroker(logDir, 0);

        broker.close();
        broker.close();

        assertThat(broker.running()).isFalse();
    }

    private static void send(EmbeddedBroker broker, String topic, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private static List<String> read(EmbeddedBroker broker, String topic, int number) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "group.id", "reader", "auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (values.size() < number && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> polled : consumer.poll(Duration.ofMillis(100))) {
                    values.add(polled.value());
                }
            }
        }
        return values;
    }
}

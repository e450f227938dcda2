package io.sluice.siddhi.kafka;

import static io.sluice.siddhi.kafka.KafkaApp.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.stream.output.StreamCallback;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a sink writes, and what becomes of what it cannot write. */
@ExtendWith(SharedClusters.class)
class KafkaSinkRecordsIT {

    private static TestBroker broker;

    private final String topic = "sink-" + UUID.randomUUID();

    @BeforeAll
    static void open(TestBroker shared) {
        broker = shared;
    }

    private KafkaApp app(String options) {
        return app(options, "");
    }

    private KafkaApp app(String options, String onError) {
        return new KafkaApp(onError + "@sink(type='kafka', bootstrap.servers='" + broker.address() + "', " + options
                + ", @map(type='payload')) define stream Events (payload string, id string);");
    }

    @Test
    void writesTopicPartitionKeyAndHeadersOfEachEvent() throws Exception {
        broker.createTopic(topic + "-a", 3);
        try (KafkaApp app = app("topic='" + topic + "-{{id}}', partition.no='2', key='k-{{id}}',"
                        + " headers='tenant:{{id}}, kind:test'")
                .start()) {
            app.send("hello", "a");

            eventually().until(() -> !broker.records(topic + "-a").isEmpty());
        }
        ConsumerRecord<byte[], byte[]> written = broker.records(topic + "-a").get(0);
        assertThat(text(written.value())).isEqualTo("hello");
        assertThat(text(written.key())).isEqualTo("k-a");
        assertThat(written.partition()).isEqualTo(2);
        assertThat(text(written.headers().lastHeader("tenant").value())).isEqualTo("a");
        assertThat(text(written.headers().lastHeader("kind").value())).isEqualTo("test");
    }

    @Test
    void writesEverythingInOrderToATopicThatItsFirstRecordCreates() throws Exception {
        List<String> all = IntStream.range(0, 2_000).mapToObj(i -> "r" + i).toList();
        try (KafkaApp app = app("topic='" + topic + "'").start()) {
            for (String value : all) {
                app.send(value, "");
            }
        }
        assertThat(broker.values(topic)).isEqualTo(all);
    }

    @Test
    void numbersItsRecordsAndGoesOnCountingAfterARestore() throws Exception {
        byte[] snapshot;
        try (KafkaApp app = app("topic='" + topic + "', sequence.id='s1', is.synchronous='true'")
                .start()) {
            app.send("a", "");
            app.send("b", "");
            snapshot = app.runtime().snapshot();
        }
        try (KafkaApp app = app("topic='" + topic + "', sequence.id='s1', is.synchronous='true'")) {
            app.runtime().restore(snapshot);
            app.start();
            app.send("c", "");
        }
        assertThat(broker.values(topic)).containsExactly("s1:1~a", "s1:2~b", "s1:3~c");
    }

    @Test
    void givesWhatKafkaWillNeverTakeToTheFaultStream() throws Exception {
        try (KafkaApp app = app(
                "topic='" + topic + "', on.error='STREAM', optional.configuration='max.request.size:2000'",
                "@OnError(action='STREAM') ")) {
            List<Object> faults = new CopyOnWriteArrayList<>();
            app.runtime().addCallback("!Events", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        faults.add(event.getData()[1]);
                    }
                }
            });
            app.start();

            app.send("x".repeat(5_000), "large");
            app.send("fits", "small");

            eventually().until(() -> faults.equals(List.of("large")));
            eventually().until(() -> broker.values(topic).equals(List.of("fits")));
        }
    }

    @Test
    void givesWhatWasNotAcknowledgedInTimeToTheFaultStream() throws Exception {
        try (KafkaApp app = app(
                "topic='" + topic + "', on.error='STREAM', optional.configuration='delivery.timeout.ms:1500,"
                        + "request.timeout.ms:1000,max.block.ms:1000'",
                "@OnError(action='STREAM') ")) {
            List<Object> faults = new CopyOnWriteArrayList<>();
            app.runtime().addCallback("!Events", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        faults.add(event.getData()[1]);
                    }
                }
            });
            app.start();
            app.send("first", "first");
            eventually().until(() -> broker.values(topic).equals(List.of("first")));
            broker.stop();

            app.send("lost", "lost");

            eventually().until(() -> faults.equals(List.of("lost")));
        } finally {
            broker.start();
        }
    }

    @Test
    void keepsRecordsWhileTheBrokerIsAwayAndWritesThemInOrderLater() throws Exception {
        try (KafkaApp app = app("topic='" + topic + "'").start()) {
            app.send("first", "");
            eventually().until(() -> broker.values(topic).equals(List.of("first")));
            broker.stop();
            app.send("second", "");
            app.send("third", "");

            broker.start();

            eventually().until(() -> broker.values(topic).equals(List.of("first", "second", "third")));
        } finally {
            broker.start();
        }
    }

    @Test
    void countsInsideADistributionWithoutAStateFromSiddhi() throws Exception {
        try (KafkaApp app = new KafkaApp("@sink(type='kafka', bootstrap.servers='" + broker.address()
                        + "', sequence.id='d', is.synchronous='true', @map(type='payload'),"
                        + " @distribution(strategy='roundRobin', @destination(topic='" + topic + "-1'),"
                        + " @destination(topic='" + topic + "-2')))"
                        + " define stream Events (payload string, id string);")
                .start()) {
            app.send("a", "");
            app.send("b", "");

            eventually()
                    .until(() -> broker.values(topic + "-1").size() == 1
                            && broker.values(topic + "-2").size() == 1);
        }
        assertThat(broker.values(topic + "-1").get(0)).matches("d:\\d~[ab]");
    }

    @Test
    void tellsAllProblemsOfItsOptionsWhenItIsBuilt() {
        assertThatThrownBy(() -> new KafkaApp("@sink(type='kafka', bootstrap.servers='nohost', is.synchronous='maybe',"
                        + " optional.configuration='linger.ms:soon', @map(type='payload'))"
                        + " define stream Events (payload string);"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("'nohost', but must be host:port")
                .hasMessageContaining("option 'topic' is missing")
                .hasMessageContaining("must be true or false")
                .hasMessageContaining("linger.ms");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

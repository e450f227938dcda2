package io.sluice.siddhi.kafka;

import static io.sluice.siddhi.kafka.KafkaApp.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.siddhi.kit.SourceHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Offsets: where reading starts, what a snapshot holds, what is committed and when, and what a rebalance does to it. */
@ExtendWith(SharedClusters.class)
class KafkaSourcePositionsIT {

    private static TestBroker broker;

    private final String topic = "positions-" + UUID.randomUUID();

    @BeforeAll
    static void open(TestBroker shared) {
        broker = shared;
    }

    private KafkaApp app(String more) {
        return app(more, SourceHost.DIRECT);
    }

    private KafkaApp app(String more, SourceHost host) {
        String threading = more.contains("threading.option") ? "" : ", threading.option='single.thread'";
        return new KafkaApp(
                "@source(type='kafka', topic.list='" + topic + "', group.id='" + topic + "', bootstrap.servers='"
                        + broker.address() + "'" + threading + more
                        + ", @map(type='payload', @attributes(payload='p', place='trp:offset')))"
                        + " define stream Events (payload string, place long);",
                host);
    }

    @Test
    void continuesBehindARestoredSnapshotWhateverTheGroupHasCommitted() throws Exception {
        broker.createTopic(topic, 2);
        byte[] snapshot;
        try (KafkaApp app = app("").start()) {
            broker.sendMany(topic, 0, "a", 10);
            broker.sendMany(topic, 1, "b", 5);
            eventually().until(() -> app.received().size() == 15);
            app.source().pause();
            snapshot = app.runtime().snapshot();
            app.source().resume();
            broker.sendMany(topic, 0, "later", 3);
            eventually().until(() -> app.received().size() == 18);
        }
        eventually().until(() -> broker.committed(topic, topic, 0) == 13);

        try (KafkaApp app = app("")) {
            app.runtime().restore(snapshot);
            app.start();
            broker.send(topic, 1, "last");

            eventually().until(() -> app.received().size() == 4);
            assertThat(app.payloads()).containsExactlyInAnyOrder("later0", "later1", "later2", "last");
        }
    }

    @Test
    void continuesBehindASnapshotThatIsRestoredWhileItRuns() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app = app("").start()) {
            broker.sendMany(topic, 0, "r", 5);
            eventually().until(() -> app.received().size() == 5);
            app.source().pause();
            byte[] snapshot = app.runtime().snapshot();
            app.source().resume();
            broker.sendMany(topic, 0, "again", 5);
            eventually().until(() -> app.received().size() == 10);

            app.runtime().restore(snapshot);

            eventually().until(() -> app.received().size() == 15);
            assertThat(app.payloads().subList(10, 15))
                    .containsExactly("again0", "again1", "again2", "again3", "again4");
        }
    }

    @Test
    void continuesBehindASnapshotInAssignModeToo() throws Exception {
        broker.createTopic(topic, 2);
        byte[] snapshot;
        try (KafkaApp app = app(", partition.no.list='1'").start()) {
            broker.sendMany(topic, 1, "r", 5);
            eventually().until(() -> app.received().size() == 5);
            app.source().pause();
            snapshot = app.runtime().snapshot();
        }

        try (KafkaApp app = app(", partition.no.list='1', enable.offsets.commit='false'")) {
            app.runtime().restore(snapshot);
            app.start();
            broker.send(topic, 1, "next");

            eventually().until(() -> app.payloads().equals(List.of("next")));
        }
    }

    @Test
    void keepsARestoredPositionInTheNextSnapshotThoughNothingWasRead() throws Exception {
        broker.createTopic(topic, 1);
        byte[] first;
        try (KafkaApp app = app("").start()) {
            broker.sendMany(topic, 0, "r", 5);
            eventually().until(() -> app.received().size() == 5);
            app.source().pause();
            first = app.runtime().snapshot();
        }
        byte[] second;
        try (KafkaApp app = app("")) {
            app.runtime().restore(first);
            second = app.runtime().snapshot();
        }

        try (KafkaApp app = app(", optional.configuration='group.id:" + topic + "-other'")) {
            app.runtime().restore(second);
            app.start();
            broker.send(topic, 0, "next");

            eventually().until(() -> app.payloads().equals(List.of("next")));
        }
    }

    @Test
    void startsBehindTheGivenOffsetsWhereTheGroupSharesThePartitions() throws Exception {
        broker.createTopic(topic, 2);
        broker.sendMany(topic, 0, "a", 5);
        broker.sendMany(topic, 1, "b", 5);

        try (KafkaApp app = app(", topic.offsets.map='" + topic + "=2'").start()) {
            eventually().until(() -> app.received().size() == 4);
            assertThat(app.payloads()).containsExactlyInAnyOrder("a3", "a4", "b3", "b4");
        }
    }

    @Test
    void startsBehindTheGivenOffsetsInListedPartitions() throws Exception {
        broker.createTopic(topic, 2);
        broker.sendMany(topic, 0, "a", 5);
        broker.sendMany(topic, 1, "b", 5);

        try (KafkaApp app = app(", partition.no.list='1', topic.offsets.map='" + topic + "=3'")
                .start()) {
            eventually().until(() -> app.payloads().equals(List.of("b4")));
        }
    }

    @Test
    void readsEachListedPartitionWithAConsumerOfItsOwn() throws Exception {
        broker.createTopic(topic, 3);
        try (KafkaApp app = app(", threading.option='partition.wise', partition.no.list='0,2'")
                .start()) {
            broker.send(topic, 0, "zero");
            broker.send(topic, 1, "one");
            broker.send(topic, 2, "two");

            eventually().until(() -> app.received().size() == 2);
            assertThat(app.payloads()).containsExactlyInAnyOrder("zero", "two");
            assertThat(pollThreads()).isEqualTo(2);
        }
    }

    @Test
    void readsEachTopicWithAConsumerOfItsOwn() throws Exception {
        broker.createTopic(topic, 1);
        broker.createTopic(topic + "-b", 1);
        try (KafkaApp app = new KafkaApp("@source(type='kafka', topic.list='" + topic + "," + topic + "-b', group.id='"
                        + topic + "', threading.option='topic.wise', bootstrap.servers='" + broker.address()
                        + "', @map(type='payload')) define stream Events (payload string);")
                .start()) {
            broker.send(topic, "one");
            broker.send(topic + "-b", "two");

            eventually().until(() -> app.received().size() == 2);
            assertThat(pollThreads()).isEqualTo(2);
        }
    }

    private static long pollThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("kafka-source-.*-\\d+"))
                .count();
    }

    @Test
    void commitsOnlyWhatIsDurable() throws Exception {
        broker.createTopic(topic, 1);
        HeldHost host = new HeldHost();
        try (KafkaApp app = app("", host).start()) {
            broker.sendMany(topic, 0, "r", 10);
            eventually().until(() -> app.received().size() == 10);
            eventually()
                    .during(Duration.ofMillis(500))
                    .untilAsserted(
                            () -> assertThat(broker.committed(topic, topic, 0)).isEqualTo(-1));

            host.makeDurable();

            eventually().until(() -> broker.committed(topic, topic, 0) == 10);
        }
    }

    @Test
    void commitsWithEachDurablePositionWhenItIsToWait() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app = app(", enable.async.commit='false'").start()) {
            broker.sendMany(topic, 0, "r", 10);

            eventually().until(() -> broker.committed(topic, topic, 0) == 10);
            assertThat(app.received()).hasSize(10);
        }
    }

    @Test
    void commitsNothingWhenOffsetsAreNotToBeCommitted() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app = app(", enable.offsets.commit='false'").start()) {
            broker.sendMany(topic, 0, "r", 10);
            eventually().until(() -> app.received().size() == 10);
        }

        assertThat(broker.committed(topic, topic, 0)).isEqualTo(-1);
    }

    @Test
    void commitsWhatIsProcessedBeforeItEnds() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app = app("").start()) {
            broker.sendMany(topic, 0, "r", 1_000);
            eventually().until(() -> app.received().size() == 1_000);
        }

        assertThat(broker.committed(topic, topic, 0)).isEqualTo(1_000);
    }

    @Test
    void sharesPartitionsWithASecondMemberAndLosesAndRepeatsNothing() throws Exception {
        broker.createTopic(topic, 4);
        String small = ", optional.configuration='max.poll.records:20'";
        try (KafkaApp one = app(small).start()) {
            flood("a", 250);
            eventually().until(() -> one.received().size() > 100);
            try (KafkaApp two = app(small).start()) {
                eventually().until(() -> broker.partitionsPerMember(topic).equals(List.of(2, 2)));
                flood("b", 250);
                eventually().until(() -> one.received().size() + two.received().size() >= 2_000);
                assertThat(two.received()).isNotEmpty();
                flood("c", 50);
                eventually().until(() -> one.received().size() + two.received().size() >= 2_200);

                List<String> all = new ArrayList<>(one.payloads());
                all.addAll(two.payloads());
                assertThat(new HashSet<>(all)).hasSize(2_200);
                assertThat(all).hasSize(2_200);
            }
            flood("d", 50);
            eventually().until(() -> count(one, "d") == 200);
        }
    }

    @Test
    void continuesItsOwnPlaceWhenAPartitionComesBackBeforeItsOffsetWasCommitted() throws Exception {
        broker.createTopic(topic, 2);
        HeldHost host = new HeldHost();
        try (KafkaApp one = app("", host).start()) {
            flood("a", 50);
            eventually().until(() -> one.received().size() == 100);
            // whoever joins makes the group give all partitions away and hand them out again
            try (KafkaApp other = new KafkaApp("@source(type='kafka', topic.list='" + topic + "-none', group.id='"
                            + topic + "', threading.option='single.thread', bootstrap.servers='" + broker.address()
                            + "', @map(type='payload')) define stream Events (payload string);")
                    .start()) {
                eventually().until(() -> broker.partitionsPerMember(topic).equals(List.of(0, 2)));
                flood("b", 50);
                eventually().until(() -> count(one, "b") == 100);
                assertThat(other.received()).isEmpty();
            }
            assertThat(one.payloads()).doesNotHaveDuplicates().hasSize(200);
        }
    }

    private void flood(String prefix, int perPartition) throws Exception {
        int partitions = broker.producer().partitionsFor(topic).size();
        for (int i = 0; i < perPartition * partitions; i++) {
            broker.producer().send(new ProducerRecord<>(topic, i % partitions, null, TestBroker.bytes(prefix + i)));
        }
        broker.producer().flush();
    }

    private static long count(KafkaApp app, String prefix) {
        return app.payloads().stream()
                .filter(payload -> payload.startsWith(prefix))
                .distinct()
                .count();
    }

    @Test
    void dropsDuplicatesBySequenceNumberAlsoAfterARestore() throws Exception {
        broker.createTopic(topic, 1);
        byte[] snapshot;
        try (KafkaApp app = app(", seq.enabled='true'").start()) {
            IntStream.of(1, 2, 2, 1, 3).forEach(number -> sendNumbered(number));
            broker.send(topic, "no header");
            sendNumbered(4);
            eventually().until(() -> app.received().size() == 4);
            assertThat(app.payloads()).containsExactly("v1", "v2", "v3", "v4");
            assertThat(app.dropped("duplicate_sequence")).isEqualTo(2);
            assertThat(app.dropped("no_sequence_header")).isEqualTo(1);
            app.source().pause();
            snapshot = app.runtime().snapshot();
        }

        try (KafkaApp app = app(", seq.enabled='true'")) {
            app.runtime().restore(snapshot);
            app.start();
            sendNumbered(4);
            sendNumbered(5);

            eventually().until(() -> app.payloads().equals(List.of("v5")));
        }
    }

    private void sendNumbered(int number) {
        broker.producer().send(new ProducerRecord<>(topic, TestBroker.bytes("sender:" + number + "~v" + number)));
        broker.producer().flush();
    }

    @Test
    void offersPlaceKeyTimesChecksumAndHeadersAsProperties() throws Exception {
        broker.createTopic(topic, 2);
        ProducerRecord<byte[], byte[]> sent =
                new ProducerRecord<>(topic, 1, 1_700_000_000_000L, "k".getBytes(), TestBroker.bytes("123456789"));
        sent.headers().add("tenant", TestBroker.bytes("acme"));
        try (KafkaApp app = new KafkaApp("@source(type='kafka', topic.list='" + topic + "', group.id='" + topic
                        + "', threading.option='single.thread', bootstrap.servers='" + broker.address()
                        + "', @map(type='payload', @attributes(payload='p', topic='trp:topic', part='trp:partition',"
                        + " place='trp:OFFSET', k='trp:key', made='trp:record.timestamp', seen='trp:event.timestamp',"
                        + " sum='trp:check.sum', tenant='trp:tenant', none='trp:none')))"
                        + " define stream Events (payload string, topic string, part int, place long, k string,"
                        + " made long, seen long, sum long, tenant string, none string);")
                .start()) {
            long before = System.currentTimeMillis();
            broker.send(sent);

            eventually().until(() -> app.received().size() == 1);
            List<Object> event = app.received().get(0);
            assertThat((Long) event.get(6)).isBetween(before, System.currentTimeMillis());
            assertThat(event.subList(0, 6)).containsExactly("123456789", topic, 1, 0L, "k", 1_700_000_000_000L);
            assertThat(event.subList(7, 10)).containsExactly(0xCBF43926L, "acme", "");
        }
    }
}

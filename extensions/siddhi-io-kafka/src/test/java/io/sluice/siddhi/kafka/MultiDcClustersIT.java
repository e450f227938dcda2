package io.sluice.siddhi.kafka;

import static io.sluice.siddhi.kafka.KafkaApp.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.stream.output.StreamCallback;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a pair of clusters is for: each event once, whichever cluster is there. */
@ExtendWith(SharedClusters.class)
class MultiDcClustersIT {

    private static TwoClusters clusters;

    private final String topic = "multi-" + UUID.randomUUID();

    @BeforeAll
    static void open(TwoClusters shared) {
        clusters = shared;
    }

    @BeforeEach
    void start() throws Exception {
        clusters.start();
    }

    private KafkaApp writer(String more, String onError) {
        return new KafkaApp(onError + "@sink(type='kafkaMultiDC', topic='" + topic + "', bootstrap.servers='"
                + clusters.addresses() + "'" + more + ", @map(type='payload')) define stream Events (payload string);");
    }

    private KafkaApp reader() {
        return new KafkaApp("@source(type='kafkaMultiDC', topic='" + topic + "', bootstrap.servers='"
                + clusters.addresses() + "', @map(type='payload', @attributes(payload='p', place='trp:offset')))"
                + " define stream Events (payload string, place long);");
    }

    private static List<String> values(String prefix, int number) {
        return IntStream.range(0, number).mapToObj(i -> prefix + i).toList();
    }

    private static void send(KafkaApp app, List<String> values) throws InterruptedException {
        for (String value : values) {
            app.send(value);
        }
    }

    private static double cluster(KafkaApp app, String name, TestBroker cluster) {
        return app.meters().get(name).tag("cluster", cluster.address()).gauge().value();
    }

    private static double missing(KafkaApp app, TestBroker cluster) {
        return app.meters()
                .get("runner.sink.cluster.events.missing")
                .tag("cluster", cluster.address())
                .counter()
                .count();
    }

    @Test
    void writesNumberedRecordsToBothClustersAndReadsEachOnceInOrder() throws Exception {
        clusters.createTopic(topic);
        try (KafkaApp reader = reader().start();
                KafkaApp writer = writer(", sequence.id='w', key='k'", "").start()) {
            send(writer, values("e", 500));

            eventually().until(() -> reader.received().size() == 500);
            assertThat(reader.payloads()).isEqualTo(values("e", 500));
            eventually().until(() -> reader.dropped("duplicate_sequence") == 500);
            assertThat(writer.meters().get("runner.sink.events.sent").counter().count())
                    .isEqualTo(500);
            assertThat(cluster(reader, "runner.source.cluster.connected", clusters.east()))
                    .isEqualTo(1);
            assertThat(cluster(reader, "runner.source.cluster.connected", clusters.west()))
                    .isEqualTo(1);
            eventually()
                    .ignoreExceptions()
                    .until(() -> cluster(reader, "runner.source.cluster.lag.records", clusters.east()) == 0
                            && cluster(reader, "runner.source.cluster.lag.records", clusters.west()) == 0);
        }
        assertThat(clusters.east().values(topic))
                .startsWith("w:1~e0")
                .isEqualTo(clusters.west().values(topic));
        assertThat(clusters.east().records(topic).get(0).key()).isEqualTo("k".getBytes());
    }

    @Test
    void namesTheSenderAfterAppAndStreamWhereNoSequenceIdIsGiven() throws Exception {
        clusters.createTopic(topic);
        try (KafkaApp writer = writer("", "").start()) {
            writer.send("a");
        }
        assertThat(clusters.west().values(topic)).containsExactly("Kafka/Events:1~a");
    }

    @Test
    void carriesOnWithoutAClusterThatGoesAwayAndTakesNothingTwiceWhenItIsBack() throws Exception {
        clusters.createTopic(topic);
        try (KafkaApp reader = reader().start();
                KafkaApp writer = writer("", "").start()) {
            send(writer, values("a", 50));
            eventually().until(() -> reader.dropped("duplicate_sequence") == 50);

            clusters.west().stop();
            send(writer, values("b", 50));

            eventually().until(() -> reader.received().size() == 100);
            eventually().until(() -> cluster(reader, "runner.source.cluster.connected", clusters.west()) == 0);
            eventually().until(() -> cluster(writer, "runner.sink.cluster.connected", clusters.west()) == 0);
            assertThat(reader.gauge("runner.source.connected")).isEqualTo(1);
            assertThat(writer.gauge("runner.sink.connected")).isEqualTo(1);

            clusters.west().start();

            eventually().until(() -> reader.dropped("duplicate_sequence") == 100);
            assertThat(reader.payloads()).hasSize(100).startsWith("a0").endsWith("b49");
            assertThat(TwoClusters.payloads(clusters.west(), topic))
                    .isEqualTo(TwoClusters.payloads(clusters.east(), topic));
        }
    }

    @Test
    void writesToTheOtherClusterWhenOneWasNeverThereAndCountsWhatItMisses() throws Exception {
        clusters.createTopic(topic);
        clusters.west().stop();
        try (KafkaApp reader = reader().start();
                KafkaApp writer = writer(", optional.configuration='max.block.ms:500'", "")
                        .start()) {
            send(writer, values("a", 100));

            eventually().until(() -> reader.payloads().equals(values("a", 100)));
            assertThat(missing(writer, clusters.west())).isEqualTo(100);

            clusters.west().start();

            eventually().untilAsserted(() -> {
                writer.send("again");
                assertThat(TwoClusters.payloads(clusters.west(), topic)).contains("again");
            });
        }
    }

    @Test
    void losesNothingWhenEachClusterMissesWhatTheOtherHas() throws Exception {
        clusters.createTopic(topic);
        for (int i = 1; i <= 200; i++) {
            TestBroker one = i / 10 % 2 == 0 ? clusters.east() : clusters.west();
            one.send(topic, "s:" + i + "~v" + i);
        }
        try (KafkaApp reader = reader().start()) {
            eventually().until(() -> reader.received().size() == 200);
            assertThat(reader.payloads()).doesNotHaveDuplicates();
        }
    }

    @Test
    void continuesBehindARestoredSnapshotInBothClusters() throws Exception {
        clusters.createTopic(topic);
        byte[] snapshot;
        try (KafkaApp writer = writer("", "").start()) {
            try (KafkaApp reader = reader().start()) {
                send(writer, values("a", 20));
                eventually().until(() -> reader.dropped("duplicate_sequence") == 20);
                reader.source().pause();
                snapshot = reader.runtime().snapshot();
                reader.source().resume();
            }
            send(writer, values("b", 20));

            try (KafkaApp reader = reader()) {
                reader.runtime().restore(snapshot);
                reader.start();

                eventually().until(() -> reader.payloads().equals(values("b", 20)));
                eventually().until(() -> reader.dropped("duplicate_sequence") == 20);
                reader.runtime().restore(snapshot);

                eventually().until(() -> reader.received().size() == 40);
                assertThat(reader.payloads().subList(20, 40)).isEqualTo(values("b", 20));
            }
        }
    }

    @Test
    void givesWhatReachesNeitherClusterToTheFaultStream() throws Exception {
        clusters.createTopic(topic);
        try (KafkaApp writer = writer(
                ", on.error='STREAM', optional.configuration='delivery.timeout.ms:1500,request.timeout.ms:1000,max.block.ms:500'",
                "@OnError(action='STREAM') ")) {
            List<Object> faults = new CopyOnWriteArrayList<>();
            writer.runtime().addCallback("!Events", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        faults.add(event.getData()[0]);
                    }
                }
            });
            writer.start();
            writer.send("first");
            eventually()
                    .until(() -> TwoClusters.payloads(clusters.west(), topic).equals(List.of("first")));
            clusters.stop();

            writer.send("lost");

            eventually().until(() -> faults.equals(List.of("lost")));
            assertThat(missing(writer, clusters.east())).isEqualTo(1);
            assertThat(missing(writer, clusters.west())).isEqualTo(1);
        }
    }

    @Test
    void refusesOtherThanTwoServers() {
        for (String kind : List.of("source", "sink")) {
            assertThatThrownBy(
                            () -> new KafkaApp(
                                    "@" + kind + "(type='kafkaMultiDC', bootstrap.servers='a:1', topic='t',"
                                            + " partition.no='x', @map(type='payload')) define stream Events (payload string);"))
                    .isInstanceOf(SiddhiAppCreationException.class)
                    .hasMessageContaining("names 1 servers, but must name exactly two")
                    .hasMessageContaining("'partition.no'");
            assertThatThrownBy(() -> new KafkaApp("@" + kind + "(type='kafkaMultiDC', bootstrap.servers='a:1, a:1',"
                            + " topic='t', @map(type='payload')) define stream Events (payload string);"))
                    .hasMessageContaining("names 'a:1' twice");
        }
    }
}

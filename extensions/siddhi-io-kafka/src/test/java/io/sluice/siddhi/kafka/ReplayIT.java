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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Asking for records, and getting them: sink and source of the replay pair in one app. */
@ExtendWith(SharedClusters.class)
class ReplayIT {

    private static TestBroker broker;

    private final String topic = "again-" + UUID.randomUUID();

    @BeforeAll
    static void open(TestBroker shared) {
        broker = shared;
    }

    private static final String REQUESTS =
            "@sink(type='kafka-replay-request', sink.id='7', on.error='STREAM', @map(type='passThrough'))"
                    + " @OnError(action='STREAM')"
                    + " define stream Requests (topic string, partition string, startOffset string, endOffset string);";

    private static KafkaApp app(String more) {
        return new KafkaApp(REQUESTS + " @source(type='kafka-replay-response', sink.id='7', group.id='g',"
                + " bootstrap.servers='" + broker.address() + "'" + more
                + ", @map(type='payload', @attributes(payload='p', place='trp:offset')))"
                + " define stream Events (payload string, place long);");
    }

    private static KafkaApp oneByOne() {
        return app(", threading.option='single.thread'");
    }

    private static void ask(KafkaApp app, String topic, int partition, long start, long end) throws Exception {
        app.runtime()
                .getInputHandler("Requests")
                .send(new Object[] {topic, String.valueOf(partition), String.valueOf(start), String.valueOf(end)});
    }

    private static List<String> values(String prefix, int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> prefix + i).toList();
    }

    private static double count(KafkaApp app, String name) {
        return app.meters().get(name).counter().count();
    }

    @Test
    void replaysFromTheFirstOffsetToTheLastAndStops() throws Exception {
        broker.createTopic(topic, 2);
        broker.sendMany(topic, 1, "v", 2_000);
        try (KafkaApp app = oneByOne().start()) {
            ask(app, topic, 1, 100, 1_299);

            eventually().until(() -> app.received().size() == 1_200);
            eventually().until(() -> app.gauge("runner.source.replays.active") == 0);
            assertThat(app.payloads()).isEqualTo(values("v", 100, 1_299));
            assertThat(count(app, "runner.source.replays.complete")).isEqualTo(1);

            ask(app, topic, 1, 1_999, 1_999);
            ask(app, topic, 1, 0, 1);

            eventually().until(() -> app.received().size() == 1_203);
            assertThat(app.payloads().subList(1_200, 1_203)).containsExactly("v1999", "v0", "v1");
        }
        assertThat(broker.committed("g", topic, 1)).isEqualTo(-1);
    }

    @Test
    void takesOffSequenceHeadersInEachReplay() throws Exception {
        broker.createTopic(topic, 1);
        for (int number : new int[] {1, 2, 2, 3}) {
            broker.send(topic, "s:" + number + "~v" + number);
        }
        try (KafkaApp app =
                app(", threading.option='single.thread', seq.enabled='true'").start()) {
            ask(app, topic, 0, 0, 3);
            ask(app, topic, 0, 0, 1);

            eventually().until(() -> app.payloads().equals(List.of("v1", "v2", "v3", "v1", "v2")));
        }
    }

    @Test
    void runsSeveralReplaysAtOnceWhereAsked() throws Exception {
        broker.createTopic(topic, 1);
        broker.sendMany(topic, 0, "v", 10);
        try (KafkaApp app = app(", threading.option='topic.wise'").start()) {
            app.block();
            for (int i = 0; i < 6; i++) {
                ask(app, topic, 0, i, i);
            }

            eventually()
                    .until(() -> app.gauge("runner.source.in.flight.batches") == 4
                            && app.gauge("runner.source.replays.waiting") == 2);
            app.unblock();

            eventually().until(() -> app.received().size() == 6);
            assertThat(app.payloads()).containsExactlyInAnyOrderElementsOf(values("v", 0, 5));
        }
    }

    @Test
    void failsOnMissingTopicPartitionOrOffsetsAndGoesOn() throws Exception {
        broker.createTopic(topic, 1);
        broker.sendMany(topic, 0, "v", 3);
        try (KafkaApp app = oneByOne().start()) {
            ask(app, topic + "-none", 0, 0, 1);
            ask(app, topic, 5, 0, 1);
            ask(app, topic, 0, 3, 9);
            ask(app, topic, 0, 1, 9);

            eventually().until(() -> app.payloads().equals(List.of("v1", "v2")));
            eventually().until(() -> app.gauge("runner.source.replays.active") == 0);
            assertThat(count(app, "runner.source.replays.failed")).isEqualTo(3);
            assertThat(count(app, "runner.source.replays.incomplete")).isEqualTo(1);
        }
        assertThat(broker.values(topic + "-none")).isEmpty();
    }

    @Test
    void givesRequestsThatNobodyTakesOrThatMakeNoSenseToTheFaultStream() throws Exception {
        try (KafkaApp app = new KafkaApp(REQUESTS + " define stream Events (payload string);")) {
            List<String> faults = new CopyOnWriteArrayList<>();
            app.runtime().addCallback("!Requests", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        faults.add(String.valueOf(event.getData()[4]));
                    }
                }
            });
            app.start();

            ask(app, topic, 0, 5, 4);
            ask(app, topic, 0, 0, 4);
            ask(app, topic, 0, 0, 5);

            eventually().until(() -> faults.size() == 3);
            assertThat(faults.get(0)).contains("before its startOffset 5");
            assertThat(faults.get(1)).contains("no source 'kafka-replay-response' with sink.id '7' is connected");
            assertThat(faults.get(2)).contains("no source");
        }
    }

    @Test
    void tellsWhatItsOptionsLack() {
        assertThatThrownBy(() -> new KafkaApp("@source(type='kafka-replay-response', bootstrap.servers='nohost',"
                        + " threading.option='many', @map(type='payload')) define stream Events (payload string);"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("must be host:port")
                .hasMessageContaining("'sink.id' is missing")
                .hasMessageContaining("'group.id' is missing")
                .hasMessageContaining("must be one of single.thread");
        assertThatThrownBy(() -> new KafkaApp("@sink(type='kafka-replay-request', @map(type='passThrough'))"
                        + " define stream Events (payload string);"))
                .hasMessageContaining("'sink.id' is missing");
    }
}

package io.sluice.siddhi.kafka;

import static io.sluice.siddhi.kafka.KafkaApp.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes wrong around a source, and what must not get lost by it. */
@ExtendWith(SharedClusters.class)
class KafkaSourceFaultsIT {

    private static TestBroker broker;

    private final String topic = "faults-" + UUID.randomUUID();

    @BeforeAll
    static void open(TestBroker shared) {
        broker = shared;
    }

    private KafkaApp app(String more) {
        return new KafkaApp(source(more) + " define stream Events (payload string);");
    }

    private String source(String more) {
        return "@source(type='kafka', topic.list='" + topic + "', group.id='" + topic
                + "', threading.option='single.thread', bootstrap.servers='" + broker.address() + "'" + more
                + ", @map(type='payload'))";
    }

    @Test
    void losesNothingWhenTheBrokerRestartsUnderLoad() throws Exception {
        broker.createTopic(topic, 2);
        int number = 20_000;
        try (KafkaApp app = app("").start()) {
            Thread sender = new Thread(() -> {
                for (int i = 0; i < number; i++) {
                    broker.producer().send(new ProducerRecord<>(topic, i % 2, null, TestBroker.bytes("r" + i)));
                }
                broker.producer().flush();
            });
            sender.start();
            eventually().until(() -> app.received().size() > 1_000);

            broker.stop();
            broker.start();

            sender.join(Duration.ofSeconds(30).toMillis());
            List<String> all = IntStream.range(0, number).mapToObj(i -> "r" + i).toList();
            eventually().untilAsserted(() -> assertThat(app.received().size()).isGreaterThanOrEqualTo(number));
            assertThat(Set.copyOf(app.payloads())).isEqualTo(Set.copyOf(all));
            assertThat(app.gauge("runner.source.connected")).isEqualTo(1);
        }
    }

    @Test
    void startsWithoutABrokerSaysSoAndReadsOnceItIsThere() throws Exception {
        broker.send(topic, "early");
        broker.stop();
        try (KafkaApp app = app("")) {
            long begin = System.nanoTime();
            app.start();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
            assertThat(app.gauge("runner.source.connected")).isZero();

            broker.start();

            eventually().until(() -> app.payloads().equals(List.of("early")));
            assertThat(app.gauge("runner.source.connected")).isEqualTo(1);
        } finally {
            broker.start();
        }
    }

    @Test
    void readsATopicThatAppearsLater() throws Exception {
        try (KafkaApp app =
                app(", optional.configuration='allow.auto.create.topics:false'").start()) {
            eventually().until(() -> app.gauge("runner.source.connected") == 1);

            broker.send(topic, "first");

            eventually().until(() -> app.payloads().equals(List.of("first")));
        }
    }

    @Test
    void readsTheGoodRecordsAroundBadOnesAndCountsWhatHasNoValue() throws Exception {
        try (KafkaApp app = new KafkaApp("@source(type='kafka', topic.list='" + topic + "', group.id='" + topic
                        + "', threading.option='single.thread', bootstrap.servers='" + broker.address()
                        + "', @map(type='payload', @attributes(payload='p', amount='trp:amount')))"
                        + " define stream Events (payload string, amount int);")
                .start()) {
            broker.send(withAmount("good-1", "1"));
            broker.send(withAmount("bad", "many"));
            broker.send(new ProducerRecord<>(topic, "key".getBytes(), null));
            broker.send(withAmount("good-2", "2"));

            eventually().until(() -> app.payloads().equals(List.of("good-1", "good-2")));
            assertThat(app.dropped("no_value")).isEqualTo(1);
        }
    }

    private ProducerRecord<byte[], byte[]> withAmount(String value, String amount) {
        ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(topic, TestBroker.bytes(value));
        made.headers().add("amount", TestBroker.bytes(amount));
        return made;
    }

    @Test
    void readsARecordOfFiveMegabytesBetweenSmallOnes() throws Exception {
        String large = "x".repeat(5_000_000);
        try (KafkaApp app = app("").start()) {
            broker.send(topic, "small-1");
            broker.send(topic, large);
            broker.send(topic, "small-2");

            eventually().until(() -> app.payloads().equals(List.of("small-1", large, "small-2")));
        }
    }

    @Test
    void keepsARecordThatAnOwnDeserializerCannotReadAndGoesOn() throws Exception {
        try (KafkaApp app = app(", optional.configuration='value.deserializer:"
                        + "org.apache.kafka.common.serialization.UUIDDeserializer'")
                .start()) {
            broker.send(topic, "no uuid");
            broker.send(topic, "5b7c7a5e-9d4b-4c1e-8a52-0c8f1c5f0a11");
            broker.send(topic, "no uuid either");

            eventually().until(() -> app.dropped("undeserializable") == 2);
            eventually()
                    .until(() -> app.errors().events().stream()
                            .map(failed -> new String((byte[]) failed.getOriginalPayload(), StandardCharsets.UTF_8))
                            .toList()
                            .containsAll(List.of("no uuid", "no uuid either")));
        }
    }

    @Test
    void keepsItsMembershipAndItsPlaceWhileTheAppIsBlockedForLongerThanThePollInterval() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app = app(", optional.configuration='max.poll.interval.ms:1500,session.timeout.ms:1500,"
                        + "heartbeat.interval.ms:300,max.poll.records:10'")
                .start()) {
            broker.send(topic, "first");
            eventually().until(() -> app.payloads().equals(List.of("first")));
            app.block();
            broker.sendMany(topic, 0, "r", 100);
            eventually().until(app::blocked);

            AtomicBoolean left = new AtomicBoolean();
            eventually().during(Duration.ofSeconds(4)).untilAsserted(() -> {
                left.compareAndSet(false, broker.members(topic) != 1);
                assertThat(left).isFalse();
            });
            assertThat(app.gauge("runner.source.in.flight.batches")).isEqualTo(1);
            app.unblock();

            List<String> all = IntStream.range(0, 100).mapToObj(i -> "r" + i).toList();
            eventually().until(() -> app.received().size() == 101);
            assertThat(app.payloads().subList(1, 101)).isEqualTo(all);
            eventually().until(() -> broker.committed(topic, topic, 0) == 101);
        }
    }

    @Test
    void keepsItsMembershipDuringALongPause() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app = app(", optional.configuration='max.poll.interval.ms:1500,session.timeout.ms:1500,"
                        + "heartbeat.interval.ms:300'")
                .start()) {
            broker.send(topic, "before");
            eventually().until(() -> app.payloads().equals(List.of("before")));
            app.source().pause();
            broker.send(topic, "meanwhile");

            eventually()
                    .during(Duration.ofSeconds(3))
                    .untilAsserted(() -> assertThat(broker.members(topic)).isEqualTo(1));
            assertThat(app.payloads()).containsExactly("before");
            app.source().resume();

            eventually().until(() -> app.payloads().equals(List.of("before", "meanwhile")));
        }
    }

    @Test
    void stopsForGoodWhenAListedPartitionDoesNotExist() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app = app(", partition.no.list='0,5'").start()) {
            eventually()
                    .until(() ->
                            app.meters().get("runner.source.errors").counter().count() == 1);
            broker.send(topic, "unread");

            eventually()
                    .during(Duration.ofMillis(500))
                    .untilAsserted(() ->
                            assertThat(app.gauge("runner.source.connected")).isZero());
            assertThat(app.payloads()).isEmpty();
        }
    }

    @Test
    void stopsForGoodAndCreatesNothingWhenATopicIsMissingThatMayNotBeCreated() throws Exception {
        try (KafkaApp app = new KafkaApp("@app:transportChannelCreationEnabled('false') " + source("")
                        + " define stream Events (payload string);")
                .start()) {
            eventually().until(() -> errors(app) == 1);

            assertThat(app.gauge("runner.source.connected")).isZero();
            assertThat(broker.topics()).doesNotContain(topic);
        }
    }

    @Test
    void stopsForGoodWhenTheBrokerRefusesItsCredentials() throws Exception {
        broker.createTopic(topic, 1);
        broker.send(topic, "unread");
        // the listener knows no SASL: to the client this is a failed authentication, as a wrong password is
        try (KafkaApp app = app(", optional.configuration='security.protocol:SASL_PLAINTEXT,sasl.mechanism:PLAIN,"
                        + "sasl.jaas.config:org.apache.kafka.common.security.plain.PlainLoginModule required"
                        + " username=u password=p;'")
                .start()) {
            eventually().until(() -> errors(app) == 1);

            eventually()
                    .during(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(errors(app)).isEqualTo(1));
            assertThat(app.gauge("runner.source.connected")).isZero();
            assertThat(app.payloads()).isEmpty();
        }
    }

    private static double errors(KafkaApp app) {
        return app.meters().get("runner.source.errors").counter().count();
    }

    @Test
    void pausesAtOnceWhenTheAppAsksOnItsOwnThread() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app = app("")) {
            AtomicLong paused = new AtomicLong(-1);
            app.runtime().addCallback("Events", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    if (paused.get() < 0) {
                        long begin = System.nanoTime();
                        app.source().pause();
                        paused.set(System.nanoTime() - begin);
                    }
                }
            });
            app.start();
            broker.send(topic, "one");
            eventually().until(() -> paused.get() >= 0);
            broker.send(topic, "two");

            eventually()
                    .during(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(app.payloads()).containsExactly("one"));
            assertThat(Duration.ofNanos(paused.get())).isLessThan(Duration.ofSeconds(1));
            app.source().resume();

            eventually().until(() -> app.payloads().equals(List.of("one", "two")));
        }
    }

    @Test
    void showsHowFarItIsBehind() throws Exception {
        broker.createTopic(topic, 1);
        try (KafkaApp app =
                app(", optional.configuration='max.poll.records:10'").start()) {
            broker.send(topic, "first");
            eventually().until(() -> app.received().size() == 1);
            app.block();
            broker.sendMany(topic, 0, "r", 100);

            eventually().ignoreExceptions().until(() -> lag(app) == 100);
            app.unblock();

            eventually().until(() -> lag(app) == 0);
            assertThat(app.received()).hasSize(101);
        }
    }

    private double lag(KafkaApp app) {
        return app.meters()
                .get("runner.source.lag.records")
                .tags("topic", topic, "partition", "0")
                .gauge()
                .value();
    }
}

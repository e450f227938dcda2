package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.SourceHost;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What counts as settled: acknowledged, or in the hands of {@code on.error}; and only when the same holds for everything before it. */
class RecordSenderTest {

    private final Vertx vertx = Vertx.vertx();
    private final MockProducer<Object, Object> producer =
            new MockProducer<>(Cluster.empty(), false, null, (topic, data) -> null, (topic, data) -> null);
    private final Deque<Runnable> executor = new ArrayDeque<>();
    private final List<Object> lost = new ArrayList<>();
    private final Deliveries deliveries = new Deliveries();
    private final RecordSender sender = new RecordSender(
            producer,
            RecordSender.Acknowledgements.counting(ExtensionMeters.sink(
                    new SharedResources(vertx, new SimpleMeterRegistry(), Clock.systemUTC(), SourceHost.DIRECT),
                    "App",
                    "Out",
                    "kafka")),
            executor::add,
            back -> {
                assertThat(deliveries.settled())
                        .as("settled before on.error had it")
                        .isLessThan(deliveries.given());
                lost.add(back.tag());
            },
            deliveries);

    @AfterEach
    void close() {
        vertx.close();
    }

    private void send(String tag) throws ConnectionUnavailableException {
        sender.send(new ProducerRecord<>("out", 0, null, tag), tag, false);
    }

    private static void onTheProducersThread(Runnable work) throws InterruptedException {
        Thread thread = new Thread(work);
        thread.start();
        thread.join();
    }

    @Test
    void anAcknowledgementSettlesARecord() throws Exception {
        send("a");
        send("b");
        assertThat(deliveries.given()).isEqualTo(2);
        assertThat(deliveries.settled()).isZero();

        producer.completeNext();
        assertThat(deliveries.settled()).isEqualTo(1);
        producer.completeNext();
        assertThat(deliveries.settled()).isEqualTo(2);
    }

    @Test
    void aRecordThatTheBrokerRefusesIsSettledOnceItsErrorActionHasItAndHoldsBackThoseBehindIt() throws Exception {
        send("a");
        send("b");

        onTheProducersThread(() -> {
            producer.errorNext(new TimeoutException("no acknowledgement"));
            producer.completeNext();
        });
        assertThat(deliveries.settled()).as("a is not handed back yet").isZero();
        executor.remove().run();

        assertThat(lost).containsExactly("a");
        assertThat(deliveries.settled()).isEqualTo(2);
    }

    @Test
    void aRecordThatIsNotTakenIsTheCallersAtOnce() {
        producer.sendException = new RecordTooLargeException("6 MB");

        assertThatThrownBy(() -> send("a")).isInstanceOf(KafkaException.class);

        assertThat(deliveries.given()).isEqualTo(1);
        assertThat(deliveries.settled()).isEqualTo(1);
        assertThat(lost).isEmpty();
    }

    @Test
    void acknowledgementsInAnyOrderCountFromTheOldestOn() {
        Deliveries.Ticket first = deliveries.take();
        Deliveries.Ticket second = deliveries.take();
        deliveries.take();

        deliveries.settle(second);
        assertThat(deliveries.settled()).isZero();
        deliveries.settle(first);
        deliveries.settle(first);

        assertThat(deliveries.settled()).isEqualTo(2);
        assertThat(deliveries.given()).isEqualTo(3);
    }
}

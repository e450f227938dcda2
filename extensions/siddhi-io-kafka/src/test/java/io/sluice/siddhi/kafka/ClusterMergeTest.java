package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.SourceHost;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterMergeTest {

    private static final TopicPartition PLACE = new TopicPartition("t", 0);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ExtensionMeters meters = ExtensionMeters.source(
            new SharedResources(vertx, registry, Clock.systemUTC(), SourceHost.DIRECT), "App", "In", "kafkaMultiDC");
    private final List<String> app = new ArrayList<>();
    private final List<MultiDcPosition> positions = new ArrayList<>();
    private long now;
    private ClusterMerge merge = merge();
    private Intake east = merge.intake("east", positions::add);
    private Intake west = merge.intake("west", positions::add);

    @AfterEach
    void close() {
        vertx.close();
    }

    private ClusterMerge merge() {
        return new ClusterMerge(
                new AppListener(),
                new RecordProperties(new String[] {"offset"}, Clock.systemUTC()),
                false,
                false,
                meters,
                () -> now);
    }

    /** One batch of records with numbers; the offset of the first is given. */
    private void read(Intake cluster, long offset, long... numbers) throws InterruptedException {
        List<ConsumerRecord<Object, Object>> batch = new ArrayList<>();
        for (long number : numbers) {
            byte[] value = new SequenceHeader("s", number).frame(TestBroker.bytes("v" + number), false);
            batch.add(new ConsumerRecord<>("t", 0, offset + batch.size(), null, value));
        }
        Map<TopicPartition, Long> behind = new HashMap<>(Map.of(PLACE, offset + batch.size() - 1));
        cluster.feed(new DirectScope(cluster), batch, () -> behind);
    }

    private MultiDcPosition last() {
        return positions.get(positions.size() - 1);
    }

    @Test
    void makesOneStreamOfBothClusters() throws Exception {
        read(east, 0, 1, 2, 5);
        read(west, 0, 1, 2, 3, 4);
        read(west, 4, 5, 6);

        assertThat(app).containsExactly("v1", "v2", "v3", "v4", "v5", "v6");
        assertThat(registry.get("runner.events.dropped")
                        .tag("reason", "duplicate_sequence")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void leavesWhatWaitsOutOfThePositionOfEveryClusterThatHasIt() throws Exception {
        read(east, 10, 1, 3, 4);
        assertThat(last().of("east").offsets()).containsEntry(PLACE, 10L);
        read(west, 20, 4);
        assertThat(last().of("west").offsets()).containsEntry(PLACE, 19L);

        read(west, 21, 2);

        assertThat(app).containsExactly("v1", "v2", "v3", "v4");
        assertThat(last().of("east").offsets()).containsEntry(PLACE, 12L);
        assertThat(last().of("west").offsets()).containsEntry(PLACE, 21L);
    }

    @Test
    void comesBackWithAnEmptyBatchToSkipAGap() throws Exception {
        assertThat(east.patience()).isNull();
        read(east, 0, 1, 3);
        assertThat(west.patience()).isEqualTo(Duration.ofMillis(10));
        assertThat(merge.waiting()).isEqualTo(1);
        now += Duration.ofMillis(10).toNanos();

        east.feed(new DirectScope(east), List.of(), () -> new HashMap<>(Map.of(PLACE, 1L)));

        assertThat(app).containsExactly("v1", "v3");
        assertThat(merge.waiting()).isZero();
        assertThat(registry.get("runner.source.sequence.skipped").counter().count())
                .isEqualTo(1);
    }

    @Test
    void continuesBehindAPositionThatWentThroughASnapshot() throws Exception {
        read(east, 0, 1, 2, 4);
        Map<String, Object> snapshot = last().toMap();
        try (ObjectOutputStream serialised = new ObjectOutputStream(new ByteArrayOutputStream())) {
            serialised.writeObject(snapshot);
        }
        merge = merge();
        merge.continueAfter(MultiDcPosition.from(snapshot));
        east = merge.intake("east", positions::add);
        west = merge.intake("west", positions::add);
        app.clear();

        read(west, 7, 1, 2, 3);
        assertThat(last().of("east").offsets()).containsEntry(PLACE, 1L);
        read(east, 2, 4);

        assertThat(app).containsExactly("v3", "v4");
    }

    @Test
    void countsRecordsWithoutHeaderOrValueAndGoesOn() throws Exception {
        List<ConsumerRecord<Object, Object>> batch = List.of(
                new ConsumerRecord<>("t", 0, 0, null, TestBroker.bytes("plain")),
                new ConsumerRecord<>("t", 0, 1, null, null));

        east.feed(new DirectScope(east), batch, () -> new HashMap<>(Map.of(PLACE, 1L)));
        read(east, 2, 1);

        assertThat(app).containsExactly("v1");
        assertThat(dropped("no_sequence_header")).isEqualTo(1);
        assertThat(dropped("no_value")).isEqualTo(1);
    }

    private double dropped(String reason) {
        return registry.get("runner.events.dropped")
                .tag("reason", reason)
                .counter()
                .count();
    }

    /** Plain Siddhi: through as soon as it is handed over. */
    private record DirectScope(Intake intake) implements BatchScope {
        @Override
        public void begin() {
            // nothing to collect
        }

        @Override
        public void end(Map<String, Object> position) {
            intake.processed(position);
        }
    }

    private final class AppListener implements SourceEventListener {
        @Override
        public void onEvent(Object payload, Object[] properties) {
            app.add(String.valueOf(payload));
        }

        @Override
        public void onEvent(Object payload, Object[] properties, String[] sync) {
            app.add(String.valueOf(payload));
        }

        @Override
        @SuppressWarnings("deprecation") // as siddhi-core has it
        public void onEvent(Object payload, String[] properties) {
            app.add(String.valueOf(payload));
        }

        @Override
        @SuppressWarnings("deprecation") // as siddhi-core has it
        public void onEvent(Object payload, String[] properties, String[] sync) {
            app.add(String.valueOf(payload));
        }

        @Override
        public StreamDefinition getStreamDefinition() {
            return StreamDefinition.id("In");
        }
    }
}

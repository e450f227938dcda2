package io.sluice.siddhi.kafka;

import io.siddhi.core.stream.input.source.SourceEventListener;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.ExtensionMeters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one stream of the copies that two clusters hold, see {@link Resequencer}. The workers of both clusters come here, one at a time.
 *
 * <p>A record that waits for its predecessors is not part of the position: after a restore it is read again, from every cluster that had it.
 */
final class ClusterMerge {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMerge.class);

    private final SourceEventListener listener;
    private final RecordProperties properties;
    private final boolean binary;
    private final boolean bytes;
    private final ExtensionMeters meters;
    private final Resequencer<Copy> order; // guarded by this
    private final Map<String, Map<TopicPartition, Long>> offsets = new HashMap<>(); // guarded by this
    private final AtomicReference<@Nullable MultiDcPosition> restored = new AtomicReference<>();
    private volatile int waiting;
    private boolean warnedOfHeader; // guarded by this
    private boolean warnedOfGap; // guarded by this

    /** A record, and where each cluster has it. */
    private record Copy(ConsumerRecord<Object, Object> polled, byte[] payload, Map<String, Long> places) {}

    /**
     * Sets up the merge.
     *
     * @param binary values are bytes, and so are the headers before them
     * @param mapperTakesBytes hand text over as the UTF-8 bytes it came as
     * @param nanos a clock for the waiting times
     */
    ClusterMerge(
            SourceEventListener listener,
            RecordProperties properties,
            boolean binary,
            boolean mapperTakesBytes,
            ExtensionMeters meters,
            LongSupplier nanos) {
        this.listener = listener;
        this.properties = properties;
        this.binary = binary;
        this.bytes = binary || mapperTakesBytes;
        this.meters = meters;
        this.order = new Resequencer<>(
                Resequencer.CAPACITY, Resequencer.PATIENCE, nanos, this::passOn, new Resequencer.Gaps() {
                    @Override
                    public void skipped(String sender, long numbers) {
                        meters.count("sequence.skipped", numbers);
                        warnOfGap(sender, numbers);
                    }

                    @Override
                    public void forgotten(String sender, long numbers) {
                        meters.count("sequence.forgotten", numbers);
                    }
                });
    }

    /**
     * Continues behind a position and forgets what waits, before the next batch is merged. Never waits for a worker: the caller may be the app's own
     * thread, on which a worker may wait in turn.
     */
    void continueAfter(MultiDcPosition position) {
        restored.set(position);
    }

    private void restore() {
        MultiDcPosition position = restored.getAndSet(null);
        if (position != null) {
            order.continueAfter(position.numbers());
            offsets.clear();
            position.clusters().forEach((cluster, places) -> offsets.put(cluster, new HashMap<>(places)));
        }
    }

    /** Records that wait for their predecessors. */
    int waiting() {
        return waiting;
    }

    /** What one cluster's worker does with its batches. */
    Intake intake(String cluster, Consumer<MultiDcPosition> processed) {
        return new Intake() {
            @Override
            public void feed(
                    BatchScope scope,
                    List<ConsumerRecord<Object, Object>> batch,
                    Supplier<Map<TopicPartition, Long>> behind)
                    throws InterruptedException {
                merge(cluster, scope, batch, behind);
            }

            @Override
            public @Nullable Duration patience() {
                return untilDue();
            }

            @Override
            public void processed(Map<String, Object> position) {
                processed.accept(MultiDcPosition.from(position));
            }

            @Override
            public void restart(Position restored) {
                // continueAfter was called for both clusters together
            }
        };
    }

    private synchronized @Nullable Duration untilDue() {
        return order.untilDue();
    }

    /** Locked until the batch is with the host, so that the batches of both clusters follow each other in the order of their positions. */
    private synchronized void merge(
            String cluster,
            BatchScope scope,
            List<ConsumerRecord<Object, Object>> batch,
            Supplier<Map<TopicPartition, Long>> behind)
            throws InterruptedException {
        restore();
        scope.begin();
        for (ConsumerRecord<Object, Object> polled : batch) {
            take(cluster, polled);
        }
        order.skipWhatIsDue();
        waiting = order.waiting().size();
        offsets.put(cluster, behind.get());
        scope.end(position().toMap());
    }

    private void take(String cluster, ConsumerRecord<Object, Object> polled) {
        if (polled.value() == null) {
            meters.dropped("no_value", false, 1);
            return;
        }
        Optional<SequenceHeader.Framed> framed =
                polled.value() instanceof byte[] raw ? SequenceHeader.read(raw, binary) : Optional.empty();
        if (framed.isEmpty()) {
            meters.dropped("no_sequence_header", false, 1);
            warnOfHeader(cluster, polled);
            return;
        }
        SequenceHeader header = framed.get().header();
        Copy waits = order.waiting(header.sequenceId(), header.number());
        Copy copy = new Copy(polled, framed.get().payload(), new HashMap<>(Map.of(cluster, polled.offset())));
        switch (order.offer(header.sequenceId(), header.number(), copy)) {
            case DUPLICATE -> {
                meters.dropped("duplicate_sequence", true, 1);
                if (waits != null) {
                    waits.places().putIfAbsent(cluster, polled.offset());
                }
            }
            case LATE -> meters.count("sequence.late", 1);
            case PASSED, WAITS -> {
                // as it should be
            }
        }
    }

    private void passOn(Copy copy) {
        Object payload = bytes ? copy.payload() : new String(copy.payload(), StandardCharsets.UTF_8);
        listener.onEvent(payload, properties.of(copy.polled()));
    }

    private MultiDcPosition position() {
        Map<String, Map<TopicPartition, Long>> clusters = new HashMap<>();
        offsets.forEach((cluster, places) -> clusters.put(cluster, new HashMap<>(places)));
        for (Copy copy : order.waiting()) {
            TopicPartition partition =
                    new TopicPartition(copy.polled().topic(), copy.polled().partition());
            copy.places()
                    .forEach((cluster, offset) ->
                            clusters.getOrDefault(cluster, new HashMap<>()).merge(partition, offset - 1, Math::min));
        }
        return new MultiDcPosition(clusters, order.numbers());
    }

    private void warnOfHeader(String cluster, ConsumerRecord<Object, Object> polled) {
        if (!warnedOfHeader) {
            warnedOfHeader = true;
            LOG.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("topic", polled.topic())
                    .addKeyValue("offset", polled.offset())
                    .log("record without sequence header dropped, and so will be others: kafkaMultiDC reads what a"
                            + " sink kafkaMultiDC or a sink kafka with sequence.id writes; the metric counts them");
        }
    }

    private void warnOfGap(String sender, long numbers) {
        if (!warnedOfGap) {
            warnedOfGap = true;
            LOG.atWarn()
                    .addKeyValue("sender", sender)
                    .addKeyValue("numbers", numbers)
                    .log("sequence numbers came from neither cluster in time; the stream goes on without them, and they"
                            + " follow if they come late. The metric counts further ones");
        }
    }
}

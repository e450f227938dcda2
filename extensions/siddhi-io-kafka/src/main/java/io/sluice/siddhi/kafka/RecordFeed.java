package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.PositionListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The worker of one consumer: takes batch after batch to the app, through its {@link Intake}, together with the position behind it.
 *
 * <p>Every position names all partitions of the consumer, so that the last one alone is enough.
 */
final class RecordFeed implements PositionListener {

    private final Intake intake;
    private final ExtensionMeters meters;
    private final HandOver handOver = new HandOver();
    private final Map<TopicPartition, Long> offsets = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Position> durable = new AtomicReference<>();
    private volatile Set<TopicPartition> owned = Set.of();
    private volatile @Nullable Thread worker;
    private volatile @Nullable Thread appThread;

    RecordFeed(Intake intake, ExtensionMeters meters) {
        this.intake = intake;
        this.meters = meters;
    }

    /** Where the poll thread leaves its batches. */
    HandOver handOver() {
        return handOver;
    }

    /** Works until the hand-over is closed or the thread is interrupted; runs on the worker thread. */
    void run(Function<PositionListener, BatchScope> open) throws InterruptedException {
        worker = Thread.currentThread();
        BatchScope scope = open.apply(this);
        List<ConsumerRecord<Object, Object>> batch = handOver.take(intake.patience());
        while (batch != null) {
            List<ConsumerRecord<Object, Object>> taken = batch;
            intake.feed(scope, taken, () -> behind(taken));
            batch = handOver.take(intake.patience());
        }
    }

    private Map<TopicPartition, Long> behind(List<ConsumerRecord<Object, Object>> batch) {
        for (ConsumerRecord<Object, Object> polled : batch) {
            offsets.put(new TopicPartition(polled.topic(), polled.partition()), polled.offset());
        }
        meters.count(batch.size());
        offsets.keySet().retainAll(owned);
        return new HashMap<>(offsets);
    }

    @Override
    public void processed(Map<String, Object> position) {
        appThread = Thread.currentThread();
        intake.processed(position);
        handOver.processed();
    }

    @Override
    public void durable(Map<String, Object> position) {
        durable.set(Position.from(position));
    }

    /** The last position that may be committed, once; null if there is no new one. */
    @Nullable
    Position takeDurable() {
        return durable.getAndSet(null);
    }

    /** The partitions of the consumer changed; positions name only these from now on. */
    void own(Set<TopicPartition> partitions) {
        owned = Set.copyOf(partitions);
        offsets.keySet().retainAll(owned);
    }

    /** The partitions of the consumer. */
    Set<TopicPartition> owned() {
        return owned;
    }

    /** Reading of a partition starts behind an offset that the app has already processed. */
    void startAfter(TopicPartition partition, long offset) {
        handOver.startAfter(partition, offset);
        offsets.put(partition, offset);
    }

    /** Forgets what waits, and continues the sequence numbers of a snapshot. */
    void restart(Position restored) {
        handOver.drop(owned);
        intake.restart(restored);
    }

    /** The last offset of a partition that was handed to the app, or null. */
    @Nullable
    Long offset(TopicPartition partition) {
        return offsets.get(partition);
    }

    /**
     * Stops handing over, and waits until the app is through with what it has.
     *
     * @return false if that took longer than the limit. True at once on the app's own thread, which cannot wait for itself: there, nothing else is
     *     in the app either
     */
    boolean pause(Duration limit) throws InterruptedException {
        handOver.pause();
        Thread current = Thread.currentThread();
        return current == worker || current == appThread || handOver.awaitIdle(limit);
    }
}

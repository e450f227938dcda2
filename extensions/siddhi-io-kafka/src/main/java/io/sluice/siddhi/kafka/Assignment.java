package io.sluice.siddhi.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where reading of a partition starts when the consumer gets it, and leaves no batch half done when it loses one. Part of
 * {@link KafkaPoller}, on its poll thread only.
 *
 * <ol>
 *   <li>A partition named by the restored snapshot starts behind the snapshot's offset, whatever the group has committed.
 *   <li>Where nothing was restored, {@code topic.offsets.map} says the start, once.
 *   <li>A partition that comes back continues behind what the app got of it before, or behind what another member has committed since.
 *   <li>Else Kafka decides: committed offset, then {@code auto.offset.reset}.
 * </ol>
 */
final class Assignment implements ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(Assignment.class);
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final Consumer<?, ?> consumer;
    private final ConsumerPlan plan;
    private final RecordFeed feed;
    private final OffsetCommits commits;
    private final Map<String, Long> firstOffsets;
    private final Map<TopicPartition, Long> exact = new HashMap<>();

    Assignment(
            Consumer<?, ?> consumer,
            ConsumerPlan plan,
            RecordFeed feed,
            OffsetCommits commits,
            Map<String, Long> firstOffsets) {
        this.consumer = consumer;
        this.plan = plan;
        this.feed = feed;
        this.commits = commits;
        this.firstOffsets = new HashMap<>(firstOffsets);
    }

    /** Joins the group or takes the listed partitions, and continues what was restored. */
    void begin(Position restored) {
        remember(restored);
        if (plan.subscribes()) {
            consumer.subscribe(plan.topics(), this);
        } else {
            List<TopicPartition> partitions = plan.assignment();
            consumer.assign(partitions);
            onPartitionsAssigned(partitions);
        }
    }

    /** A snapshot was restored while the consumer runs: goes back, or forth, to its offsets. */
    void restart(Position restored) {
        feed.restart(restored);
        remember(restored);
        consumer.assignment().forEach(this::start);
    }

    private void remember(Position restored) {
        exact.clear();
        exact.putAll(restored.offsets());
        if (!exact.isEmpty()) {
            firstOffsets.clear();
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
        feed.own(consumer.assignment());
        commits.own(consumer.assignment());
        added.forEach(this::start);
        feed.handOver().rebalanced();
    }

    private void start(TopicPartition partition) {
        Long restored = exact.remove(partition);
        Long given = feed.handOver().lastTaken(partition) == null ? firstOffsets.get(partition.topic()) : null;
        if (restored != null) {
            startAfter(partition, restored);
        } else if (given != null) {
            startAfter(partition, given);
        } else {
            continueWhereTheAppIs(partition);
        }
    }

    private void startAfter(TopicPartition partition, long offset) {
        consumer.seek(partition, Math.max(0, offset + 1));
        feed.startAfter(partition, offset);
    }

    private void continueWhereTheAppIs(TopicPartition partition) {
        Long taken = feed.handOver().lastTaken(partition);
        if (taken != null && committed(partition) <= taken + 1) {
            startAfter(partition, taken);
        }
    }

    private long committed(TopicPartition partition) {
        try {
            OffsetAndMetadata offset =
                    consumer.committed(Set.of(partition), LIMIT).get(partition);
            return offset == null ? -1 : offset.offset();
        } catch (TimeoutException unknown) {
            return -1; // the app's own offset is known for sure
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> gone) {
        try {
            if (!feed.handOver().rebalance(gone, LIMIT)) {
                LOG.atWarn()
                        .addKeyValue("partitions", gone)
                        .addKeyValue("limit", LIMIT)
                        .log("partitions are given away while the app is busy with their last batch;"
                                + " their next owner will see those records again");
            }
            commits.flush();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptException(interrupted);
        } finally {
            feed.handOver().rebalanced();
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> gone) {
        feed.handOver().drop(gone);
    }
}

package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.ExtensionMeters;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits positions that are durable, and only those, for partitions that the consumer owns. Part of {@link KafkaPoller}, on its poll thread only.
 *
 * <p>One commit is under way at a time, and what comes meanwhile joins the next: the number of commits does not grow with the load.
 */
final class OffsetCommits {

    private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final long SPACING_NANOS = Duration.ofMillis(200).toNanos();

    private final Consumer<?, ?> consumer;
    private final CommitMode mode;
    private final RecordFeed feed;
    private final ExtensionMeters meters;
    private final Map<TopicPartition, Long> durable = new HashMap<>();
    private final Map<TopicPartition, Long> settled = new HashMap<>();
    private boolean underWay;
    private long lastAttempt = System.nanoTime() - SPACING_NANOS;

    OffsetCommits(Consumer<?, ?> consumer, CommitMode mode, RecordFeed feed, ExtensionMeters meters) {
        this.consumer = consumer;
        this.mode = mode;
        this.feed = feed;
        this.meters = meters;
    }

    /** Commits what became durable, if it is time to. */
    void tick() {
        Map<TopicPartition, Long> offsets = unsettled();
        if (offsets.isEmpty()) {
            return;
        }
        if (mode == CommitMode.SYNC) {
            commitAndWait(offsets);
        } else if (!underWay && System.nanoTime() - lastAttempt >= SPACING_NANOS) {
            commitInBackground(offsets);
        }
    }

    /** Commits all that is durable and waits, at most 3 s; what fails is only logged, it will be read again. */
    void flush() {
        Map<TopicPartition, Long> offsets = unsettled();
        if (!offsets.isEmpty()) {
            try {
                commitAndWait(offsets);
            } catch (KafkaException failed) {
                report(failed);
            }
        }
    }

    /** After a rebalance: what is not among these partitions is another member's to commit. */
    void own(Collection<TopicPartition> assigned) {
        durable.keySet().retainAll(assigned);
        settled.keySet().retainAll(assigned);
    }

    /** Durable, not committed, and ours at this moment: in the middle of a rebalance the consumer has none. */
    private Map<TopicPartition, Long> unsettled() {
        if (mode == CommitMode.NONE || mode == CommitMode.CLIENT) {
            return Map.of();
        }
        Position latest = feed.takeDurable();
        if (latest != null) {
            latest.offsets().forEach((partition, offset) -> {
                if (feed.owned().contains(partition)) {
                    durable.put(partition, offset);
                }
            });
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        durable.forEach((partition, offset) -> {
            if (!offset.equals(settled.get(partition))) {
                offsets.put(partition, offset);
            }
        });
        if (!offsets.isEmpty()) {
            offsets.keySet().retainAll(consumer.assignment());
        }
        return offsets;
    }

    private void commitAndWait(Map<TopicPartition, Long> offsets) {
        lastAttempt = System.nanoTime();
        try {
            consumer.commitSync(next(offsets), LIMIT);
            settled.putAll(offsets);
        } catch (AuthenticationException | AuthorizationException refused) {
            throw refused;
        } catch (KafkaException failed) {
            failed(offsets, failed);
        }
    }

    private void commitInBackground(Map<TopicPartition, Long> offsets) {
        lastAttempt = System.nanoTime();
        underWay = true;
        consumer.commitAsync(next(offsets), (result, trouble) -> completed(offsets, trouble));
    }

    private void completed(Map<TopicPartition, Long> offsets, @Nullable Exception trouble) {
        underWay = false;
        if (trouble == null) {
            settled.putAll(offsets);
        } else {
            failed(offsets, trouble);
        }
    }

    /** After a transient failure the next tick tries again; after any other the records are read again by their next owner. */
    private void failed(Map<TopicPartition, Long> offsets, Exception trouble) {
        if (trouble instanceof RetriableException || trouble instanceof RetriableCommitFailedException) {
            LOG.debug("commit failed, will be tried again: {}", trouble.toString());
        } else {
            settled.putAll(offsets);
            report(trouble);
        }
    }

    private void report(Exception trouble) {
        meters.error();
        LOG.atWarn()
                .addKeyValue("consumerGroup", consumer.groupMetadata().groupId())
                .addKeyValue("error", trouble.toString())
                .log("offsets were not committed");
    }

    private static Map<TopicPartition, OffsetAndMetadata> next(Map<TopicPartition, Long> last) {
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        last.forEach((partition, offset) -> next.put(partition, new OffsetAndMetadata(offset + 1)));
        return next;
    }
}

package io.sluice.siddhi.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the records of one request once, with a consumer of its own. On one thread. */
final class Replay {

    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ReplayRequest request;
    private final Consumer<Object, Object> consumer;
    private final BooleanSupplier running;

    /** Takes what was read, batch by batch. */
    interface Output {
        /** Blocks while the app is busy or paused. */
        void take(List<ConsumerRecord<Object, Object>> batch) throws InterruptedException;
    }

    /** A request that cannot be fulfilled; the message says why. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        FailedException(String message) {
            super(message);
        }
    }

    /**
     * Prepares a replay.
     *
     * @param consumer closed by the caller
     * @param running false to stop early
     */
    Replay(ReplayRequest request, Consumer<Object, Object> consumer, BooleanSupplier running) {
        this.request = request;
        this.consumer = consumer;
        this.running = running;
    }

    /**
     * Reads from the start to the end of the request, as far as the topic holds it at this moment.
     *
     * @return whether the topic held all of it
     * @throws FailedException if topic, partition or all offsets are missing, or if the broker falls silent for 30 s
     */
    boolean run(Output output) throws FailedException, InterruptedException {
        TopicPartition partition = request.partition();
        checkPartition();
        long first = offset(consumer.beginningOffsets(List.of(partition), PATIENCE));
        long behindLast = offset(consumer.endOffsets(List.of(partition), PATIENCE));
        long start = Math.max(request.start(), first);
        long end = Math.min(request.end(), behindLast - 1);
        if (start > end) {
            throw new FailedException("topic '" + partition.topic() + "' holds none of these offsets in partition "
                    + partition.partition() + ": it has " + held(first, behindLast));
        }
        boolean complete = start == request.start() && end == request.end();
        if (!complete) {
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("asked", request.start() + "-" + request.end())
                    .addKeyValue("held", held(first, behindLast))
                    .log("the topic does not hold all offsets of a replay request; what it holds is replayed");
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, start);
        read(end, output);
        return complete;
    }

    private static String held(long first, long behindLast) {
        return behindLast == first ? "no records" : "offsets " + first + " to " + (behindLast - 1);
    }

    private long offset(Map<TopicPartition, Long> offsets) {
        return offsets.getOrDefault(request.partition(), 0L);
    }

    private void checkPartition() throws FailedException {
        TopicPartition wanted = request.partition();
        List<PartitionInfo> partitions = partitions(wanted.topic());
        if (partitions == null || partitions.isEmpty()) {
            throw new FailedException("topic '" + wanted.topic() + "' does not exist or may not be seen");
        }
        if (partitions.stream().noneMatch(present -> present.partition() == wanted.partition())) {
            throw new FailedException("topic '" + wanted.topic() + "' has " + partitions.size()
                    + " partitions, but none with number " + wanted.partition());
        }
    }

    private @Nullable List<PartitionInfo> partitions(String topic) {
        try {
            return consumer.partitionsFor(topic, PATIENCE);
        } catch (UnknownTopicOrPartitionException missing) {
            return null;
        }
    }

    /** By the consumer's position, not by the last record: offsets of transactions and compacted records have none. */
    private void read(long end, Output output) throws FailedException, InterruptedException {
        TopicPartition partition = request.partition();
        long progress = System.nanoTime();
        long position = consumer.position(partition, PATIENCE);
        while (position <= end && running.getAsBoolean()) {
            List<ConsumerRecord<Object, Object>> batch = consumer.poll(IDLE).records(partition).stream()
                    .filter(polled -> polled.offset() <= end)
                    .toList();
            if (!batch.isEmpty()) {
                output.take(batch);
            }
            long reached = consumer.position(partition, PATIENCE);
            if (reached > position) {
                position = reached;
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                throw new FailedException("no records came for " + PATIENCE.toSeconds() + " s at offset " + position
                        + "; the records from there on were not replayed. Ask for them again");
            }
        }
    }
}

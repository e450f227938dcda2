package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.BatchScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The way of one consumer's records into the app: what {@link RecordFeed} does with each batch. Called on the worker thread where nothing else is said. */
interface Intake {
    /**
     * Maps a batch and hands it over, from {@code scope.begin()} to {@code scope.end(…)}.
     *
     * @param batch what was polled; empty when {@link #patience} ran out
     * @param behind the last offsets of all partitions of the consumer with this batch; asked once, when everything is mapped
     */
    void feed(BatchScope scope, List<ConsumerRecord<Object, Object>> batch, Supplier<Map<TopicPartition, Long>> behind)
            throws InterruptedException;

    /** How long the worker may wait before it comes back, with an empty batch if need be; null for as long as it takes. */
    default @Nullable Duration patience() {
        return null;
    }

    /** The app is through with everything up to a position; on the app's thread. */
    void processed(Map<String, Object> position);

    /** Reading goes on behind a restored position; on the poll thread, when nothing of before waits any more. */
    void restart(Position restored);
}

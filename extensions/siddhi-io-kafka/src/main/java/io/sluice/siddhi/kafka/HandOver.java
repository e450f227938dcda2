package io.sluice.siddhi.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Between the poll thread and the worker: one polled batch waits while another is with the app. The poll thread asks for room before it fetches, so a
 * busy app stops the fetching and nothing piles up. Thread-safe.
 */
final class HandOver {

    private final Deque<List<ConsumerRecord<Object, Object>>> waiting = new ArrayDeque<>();
    private final Map<TopicPartition, Long> taken = new HashMap<>();
    private long batchesTaken;
    private long batchesProcessed;
    private boolean paused;
    private boolean rebalancing;
    private boolean restarting;
    private boolean closed;

    /** Waits until no batch is waiting; false if that did not happen within the limit. */
    synchronized boolean awaitRoom(Duration limit) throws InterruptedException {
        return await(waiting::isEmpty, limit);
    }

    /** Gives a polled batch to the worker. Never blocks; whoever asks for room first keeps it at one. */
    synchronized void add(List<ConsumerRecord<Object, Object>> batch) {
        waiting.add(batch);
        notifyAll();
    }

    /**
     * Waits for the next batch, which counts as in flight from now on; null when closed.
     *
     * @param limit after this time an empty batch is taken, as soon as nothing holds the worker back; null for no limit
     */
    synchronized @Nullable List<ConsumerRecord<Object, Object>> take(@Nullable Duration limit)
            throws InterruptedException {
        long begin = System.nanoTime();
        while (!closed && (heldBack() || waiting.isEmpty())) {
            if (limit == null || heldBack()) {
                wait();
                continue;
            }
            long left = limit.toNanos() - (System.nanoTime() - begin);
            if (left <= 0) {
                batchesTaken++;
                return List.of();
            }
            wait(left / 1_000_000 + 1);
        }
        if (closed) {
            return null;
        }
        List<ConsumerRecord<Object, Object>> batch = waiting.remove();
        for (ConsumerRecord<Object, Object> polled : batch) {
            taken.put(new TopicPartition(polled.topic(), polled.partition()), polled.offset());
        }
        batchesTaken++;
        notifyAll();
        return batch;
    }

    private boolean heldBack() {
        return paused || rebalancing || restarting;
    }

    /** Nothing is taken any more until {@link #release()}: what waits is about to be read again from another place. */
    synchronized void hold() {
        restarting = true;
    }

    synchronized void release() {
        restarting = false;
        notifyAll();
    }

    /** The app is through with a batch. */
    synchronized void processed() {
        batchesProcessed++;
        notifyAll();
    }

    /** Nothing is taken any more until {@link #resume()}. */
    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** Waits until nothing is in flight; false if that did not happen within the limit. */
    synchronized boolean awaitIdle(Duration limit) throws InterruptedException {
        return await(() -> batchesTaken == batchesProcessed, limit);
    }

    /** Drops what waits of these partitions, holds the worker back and waits until nothing is in flight; end it with {@link #rebalanced()}. */
    synchronized boolean rebalance(Collection<TopicPartition> gone, Duration limit) throws InterruptedException {
        rebalancing = true;
        drop(gone);
        return awaitIdle(limit);
    }

    synchronized void rebalanced() {
        rebalancing = false;
        notifyAll();
    }

    /** Drops what waits of these partitions. */
    synchronized void drop(Collection<TopicPartition> gone) {
        List<List<ConsumerRecord<Object, Object>>> kept = waiting.stream()
                .map(batch -> batch.stream()
                        .filter(polled -> !gone.contains(new TopicPartition(polled.topic(), polled.partition())))
                        .toList())
                .filter(batch -> !batch.isEmpty())
                .toList();
        waiting.clear();
        waiting.addAll(kept);
        notifyAll();
    }

    /** The offset of the last record of a partition that went to the app, or from which reading started; null if there is none. */
    synchronized @Nullable Long lastTaken(TopicPartition partition) {
        return taken.get(partition);
    }

    /** Reading of a partition starts behind this offset. */
    synchronized void startAfter(TopicPartition partition, long offset) {
        taken.put(partition, offset);
    }

    /** Batches that the app has and is not through with. */
    synchronized long inFlight() {
        return batchesTaken - batchesProcessed;
    }

    /** Ends the worker; what waits is dropped. */
    synchronized void close() {
        closed = true;
        waiting.clear();
        notifyAll();
    }

    private boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!closed && !condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }
}

package io.sluice.siddhi.kafka;

import io.siddhi.core.stream.input.source.SourceEventListener;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.PositionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the replays of one source: a few at once, each on a thread with a consumer of its own, while up to {@link #MOST_WAITING} requests wait. Further
 * ones are refused, and the sink tells. Thread-safe.
 *
 * <p>A replay that fails is logged and counted; nobody waits for it. What waits when the source disconnects is not run, and counted as dropped.
 */
final class Replays implements ReplayChannel.Receiver, PositionListener, AutoCloseable {

    /** Requests that may wait. */
    static final int MOST_WAITING = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration CONSUMER_CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final long LOOK_AGAIN_MILLIS = 100;

    private final BlockingQueue<ReplayRequest> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final BatchGate gate = new BatchGate();
    private final AtomicInteger active = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private final SourceEventListener listener;
    private final Supplier<RecordReader> readers;
    private final RecordProperties properties;
    private final ExtensionMeters meters;
    private final Supplier<Consumer<Object, Object>> consumers;
    private volatile boolean running = true;
    private volatile @Nullable Thread appThread;

    /**
     * Sets up the replays.
     *
     * @param readers makes a reader for each replay, since sequence numbers are those of one replay
     * @param consumers makes a consumer for each replay
     */
    Replays(
            SourceEventListener listener,
            Supplier<RecordReader> readers,
            RecordProperties properties,
            ExtensionMeters meters,
            Supplier<Consumer<Object, Object>> consumers) {
        this.listener = listener;
        this.readers = readers;
        this.properties = properties;
        this.meters = meters;
        this.consumers = consumers;
    }

    /** Starts so many threads. */
    void start(String name, int number, Function<PositionListener, BatchScope> open) {
        for (int i = 0; i < number; i++) {
            Thread thread = new Thread(() -> work(open), name + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    @Override
    public boolean take(ReplayRequest request) {
        return running && waiting.offer(request);
    }

    /** Requests that wait. */
    int waiting() {
        return waiting.size();
    }

    /** Replays under way. */
    int active() {
        return active.get();
    }

    /** Batches that the app has and is not through with. */
    long inFlight() {
        return gate.inFlight();
    }

    /** A consumer is kept while requests follow each other, and closed when none came for a moment. */
    private void work(Function<PositionListener, BatchScope> open) {
        Consumer<Object, Object> consumer = null;
        try {
            BatchScope scope = open.apply(this);
            while (running) {
                ReplayRequest request = waiting.poll(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                if (request == null) {
                    close(consumer);
                    consumer = null;
                } else {
                    consumer = replay(request, scope, consumer);
                }
            }
        } catch (InterruptedException stopped) {
            LOG.debug("{} was interrupted and ends", Thread.currentThread().getName());
        } finally {
            close(consumer);
        }
    }

    /** Returns the consumer for the next replay; null if this one failed in a way that may have harmed it. */
    private @Nullable Consumer<Object, Object> replay(
            ReplayRequest request, BatchScope scope, @Nullable Consumer<Object, Object> kept)
            throws InterruptedException {
        active.incrementAndGet();
        Consumer<Object, Object> consumer = kept;
        try {
            if (consumer == null) {
                consumer = consumers.get();
            }
            RecordReader reader = readers.get();
            boolean complete = new Replay(request, consumer, () -> running).run(batch -> feed(scope, reader, batch));
            meters.count(complete ? "replays.complete" : "replays.incomplete", 1);
            return consumer;
        } catch (Replay.FailedException impossible) {
            failed(request, impossible);
            return consumer;
        } catch (RuntimeException trouble) {
            close(consumer);
            failed(request, trouble);
            return null;
        } finally {
            active.decrementAndGet();
        }
    }

    private void failed(ReplayRequest request, Exception trouble) throws InterruptedException {
        if (!running && Thread.interrupted()) {
            throw new InterruptedException();
        }
        meters.error();
        meters.count("replays.failed", 1);
        LOG.atError()
                .addKeyValue("topic", request.partition().topic())
                .addKeyValue("partition", request.partition().partition())
                .addKeyValue("offsets", request.start() + "-" + request.end())
                .addKeyValue("error", trouble.getMessage())
                .log("replay failed");
    }

    private static void close(@Nullable Consumer<?, ?> consumer) {
        if (consumer != null) {
            try {
                consumer.close(CloseOptions.timeout(CONSUMER_CLOSE_LIMIT));
            } catch (KafkaException trouble) {
                LOG.atWarn()
                        .addKeyValue("error", trouble.toString())
                        .log("the consumer of a replay did not close cleanly");
            }
        }
    }

    private void feed(BatchScope scope, RecordReader reader, List<ConsumerRecord<Object, Object>> batch)
            throws InterruptedException {
        if (!gate.enter()) {
            return;
        }
        boolean handedOver = false;
        try {
            scope.begin();
            for (ConsumerRecord<Object, Object> polled : batch) {
                Object payload = reader.payload(polled);
                if (payload != null) {
                    listener.onEvent(payload, properties.of(polled));
                }
            }
            meters.count(batch.size());
            scope.end(Map.of());
            handedOver = true;
        } finally {
            if (!handedOver) {
                gate.leave();
            }
        }
    }

    /** A replay is no part of snapshots: it has no position to keep. */
    @Override
    public void processed(Map<String, Object> position) {
        appThread = Thread.currentThread();
        gate.leave();
    }

    @Override
    public void durable(Map<String, Object> position) {
        // nothing is committed
    }

    /**
     * Stops handing over, and waits until the app is through with what it has.
     *
     * @return false if that took longer than the limit; true at once on the app's own thread, which cannot wait for itself
     */
    boolean pause(Duration limit) throws InterruptedException {
        gate.pause();
        Thread current = Thread.currentThread();
        return current == appThread || threads.contains(current) || gate.awaitIdle(limit);
    }

    void resume() {
        gate.resume();
    }

    /** Ends all replays; the batches in work are finished. Bounded; safe to call twice. */
    @Override
    public void close() {
        running = false;
        gate.close();
        int unread = waiting.size();
        waiting.clear();
        if (unread > 0) {
            meters.dropped("replay_not_run", false, unread);
            LOG.atWarn().addKeyValue("requests", unread).log("the source ends before it came to these replay requests");
        }
        try {
            for (Thread thread : threads) {
                end(thread);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Thread thread) throws InterruptedException {
        if (thread != Thread.currentThread()) {
            thread.join(GRACE.toMillis());
            thread.interrupt();
            thread.join(GRACE.toMillis());
        }
    }
}

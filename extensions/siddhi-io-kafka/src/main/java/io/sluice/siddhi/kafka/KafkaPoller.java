package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.PositionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka consumer with its two threads. The poll thread is the only one that touches the consumer, and it never stops polling: while the app is busy
 * or paused it polls with its partitions paused, so the group membership survives an app that is blocked for minutes. The worker thread maps and hands
 * over, see {@link RecordFeed}.
 *
 * <p>Transient trouble is tried again, at first after 100 ms, at last every 10 s. Trouble that time does not heal (authorisation, a listed partition
 * that does not exist) ends the poller with an error in the log; {@link #connected()} is false then.
 */
final class KafkaPoller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPoller.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration WORKER_GRACE = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final String name;
    private final ConsumerPlan plan;
    private final KafkaSourceOptions options;
    private final RecordFeed feed;
    private final ExtensionMeters meters;
    private final PoisonRecords poisons;
    private final ConsumerFactory factory;
    private final LagMeter lagMeter;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<@Nullable Position> restored = new AtomicReference<>();
    private final Map<TopicPartition, Long> lag = new ConcurrentHashMap<>();
    private final Set<TopicPartition> shown = new HashSet<>();
    private final Backoff backoff = new Backoff(new java.util.Random());
    private volatile @Nullable Connection connection;
    private @Nullable Thread pollThread;
    private @Nullable Thread workerThread;
    private long lagMeasured = System.nanoTime();

    /** Makes the consumer; may throw {@link KafkaException}. */
    interface ConsumerFactory {
        /** A consumer that is not connected yet. */
        Consumer<Object, Object> create();
    }

    /** Makes the lag of a partition visible. */
    interface LagMeter {
        /** Called once per partition; the number is that of records that the topic holds and the app does not have. */
        void show(TopicPartition partition, Supplier<Number> records);
    }

    KafkaPoller(
            String name,
            ConsumerPlan plan,
            KafkaSourceOptions options,
            RecordFeed feed,
            ExtensionMeters meters,
            PoisonRecords poisons,
            ConsumerFactory factory,
            LagMeter lagMeter) {
        this.name = name;
        this.plan = plan;
        this.options = options;
        this.feed = feed;
        this.meters = meters;
        this.poisons = poisons;
        this.factory = factory;
        this.lagMeter = lagMeter;
    }

    /** Starts both threads and returns at once, whether the broker is there or not. */
    void start(Position position, Function<PositionListener, BatchScope> open) {
        feed.restart(position);
        workerThread = thread(name + "-worker", () -> feed.run(open));
        pollThread = thread(name, () -> pollUntilClosed(position));
        workerThread.start();
        pollThread.start();
    }

    /** The worker's side: pausing, and what is in flight. */
    RecordFeed feed() {
        return feed;
    }

    /** Whether the consumer has a connection to a broker. */
    boolean connected() {
        Connection current = connection;
        return current != null && current.connected();
    }

    /** Continues behind the offsets of a snapshot that was just restored; takes effect before anything else is handed over. */
    void restart(Position position) {
        feed.handOver().hold();
        restored.set(position);
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private Thread thread(String threadName, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException stopped) {
                        LOG.debug("{} was interrupted and ends", threadName);
                    } catch (RuntimeException | Error trouble) {
                        fail(trouble);
                    }
                },
                threadName);
        thread.setDaemon(true);
        return thread;
    }

    private void fail(Throwable trouble) {
        closed.countDown();
        meters.error();
        LOG.atError()
                .addKeyValue("source", name)
                .addKeyValue("topics", plan.topics())
                .setCause(trouble)
                .log("Kafka source stops for good; mend the cause and deploy the app again");
    }

    private boolean running() {
        return closed.getCount() > 0;
    }

    private void pollUntilClosed(Position position) throws InterruptedException {
        try {
            Connection current = connect(position);
            while (current != null && running()) {
                step(current);
            }
        } finally {
            stop();
        }
    }

    /** Tries until there is a consumer that has seen its topics; null if closed before. */
    private @Nullable Connection connect(Position position) throws InterruptedException {
        while (running()) {
            try {
                Connection current = connection;
                if (current == null) {
                    current = new Connection(factory.create());
                    connection = current;
                }
                new TopicCheck(plan, options.createsTopics()).verify(current.consumer.listTopics(CLOSE_LIMIT));
                current.begin(position);
                backoff.reset();
                return current;
            } catch (KafkaException trouble) {
                retryLater(trouble, "Kafka is not reachable, will try again");
            }
        }
        return null;
    }

    private void step(Connection current) throws InterruptedException {
        try {
            Position back = restored.getAndSet(null);
            if (back != null) {
                restart(current, back);
            }
            boolean room = feed.handOver().awaitRoom(IDLE);
            current.hold(!room);
            ConsumerRecords<Object, Object> polled = current.consumer.poll(room ? IDLE : Duration.ZERO);
            if (!polled.isEmpty()) {
                List<ConsumerRecord<Object, Object>> batch = new ArrayList<>(polled.count());
                polled.forEach(batch::add);
                feed.handOver().add(batch);
            }
            current.commits.tick();
            measureLag(current.consumer);
            backoff.reset();
        } catch (RecordDeserializationException poison) {
            skip(current, poison);
        } catch (KafkaException trouble) {
            retryLater(trouble, "polling Kafka failed, will try again");
        }
    }

    private void restart(Connection current, Position back) {
        try {
            current.assignment.restart(back);
        } finally {
            feed.handOver().release();
        }
    }

    private void skip(Connection current, RecordDeserializationException poison) {
        poisons.keep(poison);
        current.consumer.seek(poison.topicPartition(), poison.offset() + 1);
    }

    private void retryLater(KafkaException trouble, String what) throws InterruptedException {
        if (Permanence.of(trouble)) {
            throw trouble;
        }
        meters.error();
        Duration wait = backoff.next();
        LOG.atWarn()
                .addKeyValue("source", name)
                .addKeyValue("retryIn", wait)
                .addKeyValue("error", trouble.toString())
                .log(what);
        closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void measureLag(Consumer<?, ?> consumer) {
        long now = System.nanoTime();
        if (now - lagMeasured < TimeUnit.SECONDS.toNanos(1)) {
            return;
        }
        lagMeasured = now;
        Set<TopicPartition> assigned = consumer.assignment(); // in the middle of a rebalance it is empty
        lag.keySet().retainAll(assigned);
        for (TopicPartition partition : assigned) {
            Long offset = feed.offset(partition);
            consumer.currentLag(partition).ifPresent(behind -> {
                long fetched = consumer.position(partition, IDLE);
                showLag(partition, fetched + behind - (offset == null ? fetched : offset + 1));
            });
        }
    }

    private void showLag(TopicPartition partition, long records) {
        lag.put(partition, records);
        if (shown.add(partition)) {
            lagMeter.show(partition, () -> lag.getOrDefault(partition, 0L));
        }
    }

    private void stop() throws InterruptedException {
        Thread worker = workerThread;
        feed.handOver().close();
        if (worker != null && worker != Thread.currentThread()) {
            worker.join(WORKER_GRACE.toMillis());
            worker.interrupt();
            worker.join(WORKER_GRACE.toMillis());
        }
        Connection current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }

    /** Ends both threads: the batch in work is finished, durable positions are committed, the group is left. Bounded; safe to call twice. */
    @Override
    public void close() {
        closed.countDown();
        Thread poll = pollThread;
        if (poll == null || Thread.currentThread() == poll || Thread.currentThread() == workerThread) {
            return;
        }
        try {
            poll.join(Duration.ofSeconds(20).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The consumer and its two parts. */
    private final class Connection {
        private final Consumer<Object, Object> consumer;
        private final OffsetCommits commits;
        private final Assignment assignment;
        private final ConnectionState link;
        private boolean held;

        private Connection(Consumer<Object, Object> consumer) {
            this.consumer = consumer;
            this.commits = new OffsetCommits(consumer, options.commits(), feed, meters);
            this.assignment = new Assignment(consumer, plan, feed, commits, options.firstOffsets());
            this.link = new ConnectionState(consumer.metrics());
        }

        private void begin(Position position) {
            assignment.begin(position);
        }

        private boolean connected() {
            return link.connected();
        }

        private void hold(boolean hold) {
            if (hold) {
                consumer.pause(consumer.assignment());
            } else if (held) {
                consumer.resume(consumer.assignment());
            }
            held = hold;
        }

        private void close() {
            try {
                commits.flush();
                consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
            } catch (KafkaException trouble) {
                LOG.atWarn()
                        .addKeyValue("source", name)
                        .addKeyValue("error", trouble.toString())
                        .log("Kafka consumer did not close cleanly");
            }
        }
    }
}

package io.sluice.siddhi.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The consumers of one source. Thread-safe. */
final class PollerGroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PollerGroup.class);
    private static final Duration PAUSE_LIMIT = Duration.ofSeconds(30);

    private final List<KafkaPoller> pollers = new CopyOnWriteArrayList<>();

    void add(KafkaPoller poller) {
        pollers.add(poller);
    }

    /** The consumers now, in the order in which they were added. */
    List<KafkaPoller> all() {
        return pollers;
    }

    /** Consumers with a connection to a broker. */
    long connected() {
        return pollers.stream().filter(KafkaPoller::connected).count();
    }

    /** Batches that the app has and is not through with. */
    long inFlight() {
        return pollers.stream()
                .mapToLong(poller -> poller.feed().handOver().inFlight())
                .sum();
    }

    /** Returns when the app is through with everything it got; waits at most 30 s, and not at all on the app's own thread. */
    void pause(String stream) {
        long deadline = System.nanoTime() + PAUSE_LIMIT.toNanos();
        pollers.forEach(poller -> poller.feed().handOver().pause()); // all of them, before the first wait
        try {
            for (KafkaPoller poller : pollers) {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                if (!poller.feed().pause(left)) {
                    LOG.atWarn()
                            .addKeyValue("stream", stream)
                            .addKeyValue("limit", PAUSE_LIMIT)
                            .log("source paused, but the app is still busy with its last batch");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void resume() {
        pollers.forEach(poller -> poller.feed().handOver().resume());
    }

    /** Ends all of them; afterwards the group is empty and may be filled again. */
    @Override
    public void close() {
        pollers.forEach(KafkaPoller::close);
        pollers.clear();
    }
}

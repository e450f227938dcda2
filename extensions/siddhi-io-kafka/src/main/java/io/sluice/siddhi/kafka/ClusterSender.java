package io.sluice.siddhi.kafka;

import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.util.transport.DynamicOptions;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to one of several clusters. A cluster that does not take records is left out, so that it does not hold up the others: for 100 ms after its
 * first refusal, at last for 10 s, and as long as there is no connection to it it is tried every 10 s only. Thread-safe.
 */
final class ClusterSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterSender.class);
    private static final long PROBE_NANOS = Duration.ofSeconds(10).toNanos();

    private final String cluster;
    private final SinkRecords records;
    private final Opening opening;
    private final LongSupplier nanos;
    private final Backoff backoff = new Backoff(RandomGenerator.getDefault()); // guarded by this
    private volatile @Nullable RecordSender sender;
    private boolean open; // guarded by this
    private boolean away; // guarded by this
    private long lastTry; // guarded by this
    private long retryIn; // guarded by this

    /** Makes the sender of a cluster; may throw {@link KafkaException}. */
    interface Opening {
        /** A sender that finds its broker on its own. */
        RecordSender open();
    }

    ClusterSender(String cluster, SinkRecords records, Opening opening, LongSupplier nanos) {
        this.cluster = cluster;
        this.records = records;
        this.opening = opening;
        this.nanos = nanos;
    }

    /**
     * Makes the producer, if there is none.
     *
     * @return false if that is not possible now, for example because the host name is unknown; it is tried again with the records
     * @throws KafkaException if it will never be
     */
    synchronized boolean connect() {
        open = true;
        try {
            sender();
            return true;
        } catch (KafkaException trouble) {
            if (Permanence.of(trouble)) {
                throw trouble;
            }
            refused(trouble);
            return false;
        }
    }

    private RecordSender sender() {
        RecordSender current = sender;
        if (current == null) {
            current = opening.open();
            sender = current;
        }
        return current;
    }

    /** Whether there is a connection to a broker of the cluster. */
    boolean connected() {
        RecordSender current = sender;
        return current != null && current.connected();
    }

    /** Bytes that wait for the cluster. */
    double waitingBytes() {
        RecordSender current = sender;
        return current == null ? 0 : current.waitingBytes();
    }

    /**
     * Gives a record to the cluster's producer; blocks at most for {@code max.block.ms}.
     *
     * @param tag comes back with the record if it is lost later
     * @return null if the producer has it; else why not: a {@link ConnectionUnavailableException} if trying again may help
     */
    synchronized @Nullable Exception send(Object payload, DynamicOptions dynamic, long number, Object tag) {
        if (!open) {
            return new ConnectionUnavailableException("the sink is not connected");
        }
        long now = nanos.getAsLong();
        if (away && now - lastTry < (connected() ? retryIn : PROBE_NANOS)) {
            return new ConnectionUnavailableException("Kafka cluster " + cluster + " is away");
        }
        try {
            sender().send(records.of(payload, dynamic, number), tag, false);
            taken();
            return null;
        } catch (ConnectionUnavailableException unavailable) {
            refused(unavailable);
            return unavailable;
        } catch (IllegalArgumentException useless) {
            return useless;
        } catch (KafkaException trouble) {
            if (sender == null && !Permanence.of(trouble)) {
                refused(trouble);
                return new ConnectionUnavailableException("Kafka cluster " + cluster + " is away", trouble);
            }
            return trouble;
        }
    }

    private void taken() {
        backoff.reset();
        if (away) {
            away = false;
            LOG.atInfo().addKeyValue("cluster", cluster).log("Kafka cluster takes records again");
        }
    }

    private void refused(Exception trouble) {
        lastTry = nanos.getAsLong();
        retryIn = backoff.next().toNanos();
        if (!away) {
            away = true;
            LOG.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("error", trouble.toString())
                    .log("Kafka cluster takes no records; they go to the other cluster only until it is back");
        }
    }

    /** Sends what is buffered, for at most 10 s, and hands back the rest. Safe to call twice. */
    @Override
    public synchronized void close() {
        open = false;
        RecordSender current = sender;
        sender = null;
        if (current != null) {
            current.close();
        }
    }
}

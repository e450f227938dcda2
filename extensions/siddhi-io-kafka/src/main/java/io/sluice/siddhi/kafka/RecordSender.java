package io.sluice.siddhi.kafka;

import io.siddhi.core.exception.ConnectionUnavailableException;
import io.sluice.siddhi.kit.ExtensionMeters;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records with one producer, and sees that none vanishes: whatever the producer gives up on comes back as a {@link Lost}.
 *
 * <p>Lost records are handed back on the executor, never on the producer's own thread: what follows may block or publish again. Their number is bounded
 * by the producer's buffer ({@code buffer.memory}), since only records in it can be lost.
 */
final class RecordSender implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Producer<Object, Object> producer;
    private final Acknowledgements acknowledgements;
    private final Executor executor;
    private final Consumer<Lost> onLost;
    private final Deliveries deliveries;
    private final Queue<Return> lost = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean handingBack = new AtomicBoolean();
    private final ConnectionState link;
    private final @Nullable Metric bufferTotal;
    private final @Nullable Metric bufferAvailable;

    /**
     * A record that did not reach the broker.
     *
     * @param tag what the caller gave with the record
     * @param cause a {@link ConnectionUnavailableException} if trying again may help
     */
    record Lost(Object tag, Exception cause) {}

    /** Told what became of each record, on the producer's thread or the caller's; returns at once. */
    interface Acknowledgements {
        /** The broker has it. */
        void acknowledged(Object tag);

        /** It did not reach the broker; the cause goes where the record goes. */
        void failed(Object tag);

        /** Counts them as events and as errors of a sink. */
        static Acknowledgements counting(ExtensionMeters meters) {
            return new Acknowledgements() {
                @Override
                public void acknowledged(Object tag) {
                    meters.count(1);
                }

                @Override
                public void failed(Object tag) {
                    meters.error();
                }
            };
        }
    }

    private record Return(Lost lost, Deliveries.Ticket ticket) {}

    /**
     * Takes over the producer.
     *
     * @param acknowledgements told what became of each record as it happens
     * @param executor where lost records are handed back
     * @param onLost gets them
     * @param deliveries what is given and settled
     */
    RecordSender(
            Producer<Object, Object> producer,
            Acknowledgements acknowledgements,
            Executor executor,
            Consumer<Lost> onLost,
            Deliveries deliveries) {
        this.producer = producer;
        this.acknowledgements = acknowledgements;
        this.executor = executor;
        this.onLost = onLost;
        this.deliveries = deliveries;
        this.link = new ConnectionState(producer.metrics());
        this.bufferTotal = ConnectionState.find(producer.metrics(), "buffer-total-bytes");
        this.bufferAvailable = ConnectionState.find(producer.metrics(), "buffer-available-bytes");
    }

    /** Whether the producer has a connection to a broker. */
    boolean connected() {
        return link.connected();
    }

    /** Bytes that wait for the broker. */
    double waitingBytes() {
        return ConnectionState.value(bufferTotal) - ConnectionState.value(bufferAvailable);
    }

    /**
     * Sends a record. Blocks while the buffer is full or the topic is not known yet, at most {@code max.block.ms}.
     *
     * @param tag comes back with the record if it is lost later
     * @param wait wait for the acknowledgement
     * @throws ConnectionUnavailableException if the record was not taken or, with {@code wait}, not acknowledged, and trying again may help
     * @throws KafkaException if trying again is useless
     */
    void send(ProducerRecord<Object, Object> sent, Object tag, boolean wait) throws ConnectionUnavailableException {
        handBack();
        Delivery delivery = new Delivery(tag, wait);
        boolean taken = false;
        try {
            attempt(sent, delivery, wait);
            taken = true;
        } finally {
            if (!taken) {
                deliveries.settle(delivery.ticket); // the caller takes care of it, before it goes on
            }
        }
    }

    private void attempt(ProducerRecord<Object, Object> sent, Delivery delivery, boolean wait)
            throws ConnectionUnavailableException {
        try {
            Future<RecordMetadata> future = producer.send(sent, delivery);
            if (wait) {
                future.get();
            }
        } catch (ExecutionException failed) {
            delivery.refused = failed.getCause() instanceof Exception cause ? cause : failed;
        } catch (IllegalStateException closed) {
            throw new ConnectionUnavailableException("the Kafka producer is closed", closed);
        } catch (InterruptException | InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ConnectionUnavailableException("interrupted while sending to Kafka", interrupted);
        }
        if (delivery.refused != null) {
            throwIt(delivery.refused);
        }
    }

    private static void throwIt(Exception refused) throws ConnectionUnavailableException {
        Exception classified = classified(refused);
        if (classified instanceof ConnectionUnavailableException unavailable) {
            throw unavailable;
        }
        throw new KafkaException(classified.getMessage(), classified);
    }

    /** Timeouts and lost connections may heal; a record that is too large never does. */
    private static Exception classified(Exception trouble) {
        return trouble instanceof RetriableException
                ? new ConnectionUnavailableException("Kafka did not take the record: " + trouble.getMessage(), trouble)
                : trouble;
    }

    /** One thread at a time: what is handed back may be published again, and come here again. */
    private void handBack() {
        while (!lost.isEmpty() && handingBack.compareAndSet(false, true)) {
            try {
                for (Return next = lost.poll(); next != null; next = lost.poll()) {
                    handBack(next);
                }
            } finally {
                handingBack.set(false);
            }
        }
    }

    private void handBack(Return back) {
        try {
            onLost.accept(back.lost());
        } finally {
            deliveries.settle(back.ticket());
        }
    }

    /** Sends what is buffered, for at most 10 s, and hands back the rest. */
    @Override
    public void close() {
        producer.close(CLOSE_LIMIT);
        handBack();
    }

    /** What becomes of one record. */
    private final class Delivery implements Callback {
        private final Object tag;
        private final boolean awaited;
        private final Deliveries.Ticket ticket = deliveries.take();
        private final Thread caller = Thread.currentThread();
        private @Nullable Exception refused;

        private Delivery(Object tag, boolean awaited) {
            this.tag = tag;
            this.awaited = awaited;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception trouble) {
            if (trouble == null) {
                acknowledgements.acknowledged(tag);
                deliveries.settle(ticket);
                return;
            }
            acknowledgements.failed(tag);
            if (Thread.currentThread() == caller) {
                refused = trouble; // the producer did not even take it
            } else if (!awaited) {
                lost.add(new Return(new Lost(tag, classified(trouble)), ticket));
                executor.execute(RecordSender.this::handBack);
            }
        }
    }
}

package io.sluice.siddhi.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns Kafka records into the payloads that the mapper gets, and keeps out what must not go through. Used by one worker thread. */
final class RecordReader {

    private static final Logger LOG = LoggerFactory.getLogger(RecordReader.class);

    /** Told of every record that does not become an event. */
    interface Drops {
        /**
         * One record less.
         *
         * @param reason a constant for the metric
         * @param intentional whether it is what the options ask for
         */
        void drop(String reason, boolean intentional);
    }

    private final boolean bytes;
    private final boolean binaryHeaders;
    private final boolean sequenced;
    private final Drops drops;
    private final Map<String, Long> sequences = new ConcurrentHashMap<>();
    private boolean warned;

    /**
     * Sets up the reading.
     *
     * @param mapperTakesBytes hand text over as the UTF-8 bytes it came as; saves decoding
     */
    RecordReader(KafkaSourceOptions options, boolean mapperTakesBytes, Drops drops) {
        this.bytes = options.binary() || mapperTakesBytes;
        this.binaryHeaders = options.binary();
        this.sequenced = options.sequenced();
        this.drops = drops;
    }

    /** The payload, or null where the record is dropped (and counted). */
    @Nullable
    Object payload(ConsumerRecord<Object, Object> polled) {
        Object value = polled.value();
        if (value == null) {
            drops.drop("no_value", false);
            return null;
        }
        if (!(value instanceof byte[] raw)) {
            return value; // an own deserializer made it
        }
        byte[] payload = sequenced ? withoutHeader(polled, raw) : raw;
        if (payload == null || bytes) {
            return payload;
        }
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The last sequence numbers seen; the live map. */
    Map<String, Long> sequences() {
        return sequences;
    }

    /** Continues after these sequence numbers, and forgets all others. */
    void continueAfter(Map<String, Long> restored) {
        sequences.clear();
        sequences.putAll(restored);
    }

    private byte @Nullable [] withoutHeader(ConsumerRecord<Object, Object> polled, byte[] value) {
        Optional<SequenceHeader.Framed> framed = SequenceHeader.read(value, binaryHeaders);
        if (framed.isEmpty()) {
            drops.drop("no_sequence_header", false);
            warnOnce(polled);
            return null;
        }
        SequenceHeader header = framed.get().header();
        String key = header.key(new TopicPartition(polled.topic(), polled.partition()));
        Long last = sequences.get(key);
        if (last != null && header.number() <= last) {
            drops.drop("duplicate_sequence", true);
            return null;
        }
        sequences.put(key, header.number());
        return framed.get().payload();
    }

    private void warnOnce(ConsumerRecord<Object, Object> polled) {
        if (!warned) {
            warned = true;
            LOG.atWarn()
                    .addKeyValue("topic", polled.topic())
                    .addKeyValue("partition", polled.partition())
                    .addKeyValue("offset", polled.offset())
                    .log("record without sequence header dropped, and so will be others: seq.enabled is 'true',"
                            + " but a sender has no sequence.id; the metric counts them");
        }
    }
}

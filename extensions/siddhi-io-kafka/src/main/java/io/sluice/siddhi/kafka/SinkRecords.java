package io.sluice.siddhi.kafka;

import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.Option;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Builds Kafka records from payloads. Thread-safe. */
final class SinkRecords {

    private final KafkaSinkOptions options;
    private final Clock clock;
    private final boolean ownValueSerializer;
    private final boolean ownKeySerializer;

    SinkRecords(KafkaSinkOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
        this.ownValueSerializer = isOwn(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
        this.ownKeySerializer = isOwn(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG);
    }

    private boolean isOwn(String setting) {
        return options.client().get(setting) != ByteArraySerializer.class;
    }

    /**
     * The record for one payload.
     *
     * @param number the sequence number, used only with {@code sequence.id}
     * @throws IllegalArgumentException if an option has no usable value for this event
     */
    ProducerRecord<Object, Object> of(Object payload, DynamicOptions dynamic, long number) {
        String topic = value(options.topic(), dynamic);
        if (topic == null || topic.isBlank()) {
            throw new IllegalArgumentException("option 'topic' is empty for this event");
        }
        return new ProducerRecord<>(
                topic,
                partition(dynamic),
                clock.millis(),
                key(dynamic),
                ownValueSerializer ? payload : framed(bytes(payload), number),
                headers(dynamic));
    }

    /** Always asked with the event: inside {@code @distribution} even a fixed value depends on the destination. */
    private static @Nullable String value(@Nullable Option option, DynamicOptions dynamic) {
        return option == null ? null : option.getValue(dynamic);
    }

    private @Nullable Integer partition(DynamicOptions dynamic) {
        String text = value(options.partition(), dynamic);
        if (text == null || text.isBlank()) {
            return null;
        }
        if (!text.trim().matches("\\d{1,9}")) {
            throw new IllegalArgumentException(
                    "option 'partition.no' is '" + text + "' for this event, but must be a whole number");
        }
        return Integer.valueOf(text.trim());
    }

    private @Nullable Object key(DynamicOptions dynamic) {
        String key = value(options.key(), dynamic);
        return key == null || ownKeySerializer ? key : key.getBytes(StandardCharsets.UTF_8);
    }

    private Headers headers(DynamicOptions dynamic) {
        Headers headers = new RecordHeaders();
        String text = value(options.headers(), dynamic);
        if (text != null) {
            for (String part : text.split(",", -1)) {
                int colon = part.indexOf(':');
                if (colon < 1) {
                    throw new IllegalArgumentException(
                            "option 'headers' must be name:value,name:value, which it is not for this event");
                }
                headers.add(
                        part.substring(0, colon).trim(),
                        part.substring(colon + 1).trim().getBytes(StandardCharsets.UTF_8));
            }
        }
        return headers;
    }

    private byte[] framed(byte[] payload, long number) {
        String id = options.sequenceId();
        return id == null ? payload : new SequenceHeader(id, number).frame(payload, options.binary());
    }

    private static byte[] bytes(Object payload) {
        if (payload instanceof byte[] raw) {
            return raw;
        }
        if (payload instanceof ByteBuffer buffer) {
            byte[] copy = new byte[buffer.remaining()];
            buffer.duplicate().get(copy);
            return copy;
        }
        return payload.toString().getBytes(StandardCharsets.UTF_8);
    }
}

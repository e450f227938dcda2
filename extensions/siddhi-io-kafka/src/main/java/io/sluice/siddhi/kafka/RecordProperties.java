package io.sluice.siddhi.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The {@code trp:} properties of a Kafka record, all as text. Names of the table are matched ignoring case; any other name is looked up in the record's
 * headers, the last one of that name counts.
 *
 * <p>A property that a record does not have (no key, no such header) is empty text, because Siddhi drops events with a null property.
 */
final class RecordProperties {

    private final List<Function<ConsumerRecord<?, ?>, String>> requested = new ArrayList<>();

    RecordProperties(String[] names, Clock clock) {
        for (String name : names) {
            requested.add(property(name, clock));
        }
    }

    /** The values in the order in which the app asked for them. */
    Object[] of(ConsumerRecord<?, ?> polled) {
        Object[] values = new Object[requested.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = requested.get(i).apply(polled);
        }
        return values;
    }

    private static Function<ConsumerRecord<?, ?>, String> property(String name, Clock clock) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "topic" -> ConsumerRecord::topic;
            case "partition" -> polled -> String.valueOf(polled.partition());
            case "offset" -> polled -> String.valueOf(polled.offset());
            case "key" -> polled -> text(polled.key());
            case "record.timestamp" -> polled -> String.valueOf(polled.timestamp());
            case "event.timestamp" -> polled -> String.valueOf(clock.millis());
            case "check.sum" -> RecordProperties::checksum;
            default ->
                polled -> {
                    Header header = polled.headers().lastHeader(name);
                    return header == null ? "" : text(header.value());
                };
        };
    }

    private static String text(Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString();
    }

    /** Kafka has no checksum per record any more; this one is over the bytes of the value. */
    private static String checksum(ConsumerRecord<?, ?> polled) {
        if (!(polled.value() instanceof byte[] bytes)) {
            return "";
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return String.valueOf(crc.getValue());
    }
}

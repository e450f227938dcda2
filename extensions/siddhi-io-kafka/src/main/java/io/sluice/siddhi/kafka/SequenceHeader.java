package io.sluice.siddhi.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The header {@code <sequenceId>:<number>~} that a sink with {@code sequence.id} puts before the payload. Before bytes it is preceded by its length as a
 * 4-byte big-endian integer, the {@code ~} included.
 *
 * @param sequenceId names the sender
 * @param number grows by one with each payload of the sender
 */
record SequenceHeader(String sequenceId, long number) {

    private static final int LONGEST = 1024;

    /** A payload with its header taken off. */
    record Framed(SequenceHeader header, byte[] payload) {}

    /** The header and the payload as one Kafka value. */
    byte[] frame(byte[] payload, boolean binary) {
        byte[] header = (sequenceId + ":" + number + "~").getBytes(StandardCharsets.UTF_8);
        ByteBuffer framed = ByteBuffer.allocate((binary ? Integer.BYTES : 0) + header.length + payload.length);
        if (binary) {
            framed.putInt(header.length);
        }
        return framed.put(header).put(payload).array();
    }

    /** Takes the header off, if the value starts with one. */
    static Optional<Framed> read(byte[] value, boolean binary) {
        int start = binary ? Integer.BYTES : 0;
        int end = binary ? binaryEnd(value) : textEnd(value);
        if (end <= start) {
            return Optional.empty();
        }
        String header = new String(value, start, end - 1 - start, StandardCharsets.UTF_8);
        int colon = header.lastIndexOf(':');
        if (colon < 1 || !header.substring(colon + 1).matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new Framed(
                new SequenceHeader(header.substring(0, colon), Long.parseLong(header.substring(colon + 1))),
                Arrays.copyOfRange(value, end, value.length)));
    }

    /** Under this key the last number is remembered: a sender counts through all partitions, each of them sees growing numbers. */
    String key(TopicPartition partition) {
        return sequenceId + "@" + partition;
    }

    private static int binaryEnd(byte[] value) {
        if (value.length < Integer.BYTES) {
            return -1;
        }
        int length = ByteBuffer.wrap(value).getInt();
        boolean fits = length > 0 && length <= Math.min(LONGEST, value.length - Integer.BYTES);
        return fits && value[Integer.BYTES + length - 1] == '~' ? Integer.BYTES + length : -1;
    }

    private static int textEnd(byte[] value) {
        for (int i = 0; i < Math.min(LONGEST, value.length); i++) {
            if (value[i] == '~') {
                return i + 1;
            }
        }
        return -1;
    }
}

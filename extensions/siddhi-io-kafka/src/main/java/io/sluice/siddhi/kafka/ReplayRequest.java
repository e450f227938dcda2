package io.sluice.siddhi.kafka;

import io.siddhi.core.event.Event;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records are to be read again.
 *
 * @param partition where they are
 * @param start the first offset
 * @param end the last offset, not before the first
 */
record ReplayRequest(TopicPartition partition, long start, long end) {

    private static final int FIELDS = 4;

    /**
     * Reads a request from an event {@code (topic, partition, startOffset, endOffset)}; the numbers may be text.
     *
     * @throws IllegalArgumentException saying what is wrong with the event
     */
    static ReplayRequest of(Event event) {
        Object[] fields = event.getData();
        if (fields.length < FIELDS) {
            throw new IllegalArgumentException("a replay request has " + fields.length
                    + " attributes, but must have topic, partition, startOffset and endOffset");
        }
        String topic = fields[0] == null ? "" : fields[0].toString().trim();
        if (topic.isEmpty()) {
            throw new IllegalArgumentException("the topic of a replay request is empty");
        }
        long partition = number("partition", fields[1]);
        long start = number("startOffset", fields[2]);
        long end = number("endOffset", fields[3]);
        if (partition > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the partition of a replay request is too large: " + partition);
        }
        if (end < start) {
            throw new IllegalArgumentException(
                    "the endOffset of a replay request is " + end + ", which is before its startOffset " + start);
        }
        return new ReplayRequest(new TopicPartition(topic, (int) partition), start, end);
    }

    private static long number(String field, Object value) {
        String text = value == null ? "" : value.toString().trim();
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException(
                    "the " + field + " of a replay request is '" + text + "', but must be a whole number, 0 or more");
        }
        return Long.parseLong(text);
    }
}

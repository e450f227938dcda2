package io.sluice.siddhi.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a source has come: the last offset of each partition, and the last number of each sender where sequence headers are used. In its map form,
 * which goes into snapshots and to the host, it holds only serialisable standard types.
 *
 * @param offsets last offset handed to the app by partition
 * @param sequences last sequence number by sender and partition, see {@link SequenceHeader#key}
 */
record Position(Map<TopicPartition, Long> offsets, Map<String, Long> sequences) {

    private static final String OFFSETS = "topic.offsets.map";
    private static final String SEQUENCES = "lastReceivedSeqNo";

    /** {@code topic.offsets.map}: topic → partition → last offset; {@code lastReceivedSeqNo}: sender and partition → number. */
    Map<String, Object> toMap() {
        HashMap<String, HashMap<Integer, Long>> byTopic = new HashMap<>();
        offsets.forEach((partition, offset) -> byTopic.computeIfAbsent(partition.topic(), topic -> new HashMap<>())
                .put(partition.partition(), offset));
        Map<String, Object> map = new HashMap<>();
        map.put(OFFSETS, byTopic);
        map.put(SEQUENCES, new HashMap<>(sequences));
        return map;
    }

    /** Reads the map form; what is missing is empty. */
    static Position from(Map<String, Object> map) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (map.get(OFFSETS) instanceof Map<?, ?> byTopic) {
            byTopic.forEach((topic, partitions) -> {
                if (partitions instanceof Map<?, ?> byPartition) {
                    byPartition.forEach((partition, offset) -> offsets.put(
                            new TopicPartition((String) topic, ((Number) partition).intValue()),
                            ((Number) offset).longValue()));
                }
            });
        }
        Map<String, Long> sequences = new HashMap<>();
        if (map.get(SEQUENCES) instanceof Map<?, ?> bySender) {
            bySender.forEach((sender, number) -> sequences.put((String) sender, ((Number) number).longValue()));
        }
        return new Position(offsets, sequences);
    }
}

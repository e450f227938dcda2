package io.sluice.siddhi.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a source of two clusters has come. In its map form, which goes into snapshots and to the host, it holds only serialisable standard types.
 *
 * @param clusters by {@code bootstrap.servers} of the cluster: the last offset of which everything up to it is with the app
 * @param numbers see {@link Resequencer#numbers}
 */
record MultiDcPosition(Map<String, Map<TopicPartition, Long>> clusters, Map<String, ? extends List<Long>> numbers) {

    private static final String CLUSTERS = "clusters";
    private static final String NUMBERS = "lastConsumedSeqNo";

    /** Where nothing was read. */
    static MultiDcPosition start() {
        return new MultiDcPosition(Map.of(), Map.of());
    }

    /** The position in one cluster. */
    Position of(String cluster) {
        return new Position(clusters.getOrDefault(cluster, Map.of()), Map.of());
    }

    /** {@code clusters}: cluster → {@link Position#toMap}; {@code lastConsumedSeqNo}: sender → {@link Resequencer#numbers}. */
    Map<String, Object> toMap() {
        HashMap<String, HashMap<String, Object>> byCluster = new HashMap<>();
        clusters.keySet()
                .forEach(cluster ->
                        byCluster.put(cluster, new HashMap<>(of(cluster).toMap())));
        HashMap<String, ArrayList<Long>> bySender = new HashMap<>();
        numbers.forEach((sender, parts) -> bySender.put(sender, new ArrayList<>(parts)));
        Map<String, Object> map = new HashMap<>();
        map.put(CLUSTERS, byCluster);
        map.put(NUMBERS, bySender);
        return map;
    }

    /** Reads the map form; what is missing is empty. */
    @SuppressWarnings("unchecked") // written by toMap, and snapshots are bound to the class of the state
    static MultiDcPosition from(Map<String, Object> map) {
        Map<String, Map<TopicPartition, Long>> clusters = new HashMap<>();
        if (map.get(CLUSTERS) instanceof Map<?, ?> byCluster) {
            byCluster.forEach((cluster, position) -> clusters.put(
                    (String) cluster,
                    Position.from((Map<String, Object>) position).offsets()));
        }
        Map<String, List<Long>> numbers = new HashMap<>();
        if (map.get(NUMBERS) instanceof Map<?, ?> bySender) {
            bySender.forEach((sender, parts) -> numbers.put((String) sender, List.copyOf((List<Long>) parts)));
        }
        return new MultiDcPosition(clusters, numbers);
    }
}

package io.sluice.siddhi.kafka;

import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * What one consumer of a source reads.
 *
 * @param topics the topics
 * @param partitions these partitions of every topic, without a group's assignment; empty to share the topics with the consumer group
 */
record ConsumerPlan(List<String> topics, List<Integer> partitions) {

    /** Whether the group decides who reads which partition. */
    boolean subscribes() {
        return partitions.isEmpty();
    }

    /** The partitions to read where the group does not decide. */
    List<TopicPartition> assignment() {
        return topics.stream()
                .flatMap(topic -> partitions.stream().map(partition -> new TopicPartition(topic, partition)))
                .toList();
    }
}

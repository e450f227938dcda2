package io.sluice.siddhi.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares what a consumer is to read with what the broker has, before anything is read. */
final class TopicCheck {

    private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);

    private final ConsumerPlan plan;
    private final boolean createsTopics;

    TopicCheck(ConsumerPlan plan, boolean createsTopics) {
        this.plan = plan;
        this.createsTopics = createsTopics;
    }

    /**
     * Warns of a missing topic: it is read as soon as it exists.
     *
     * @throws InvalidTopicException if a topic is missing and may not be created or partitions other than 0 of it are listed, or if a listed
     *     partition of an existing topic does not exist
     */
    void verify(Map<String, List<PartitionInfo>> existing) {
        for (String topic : plan.topics()) {
            List<PartitionInfo> partitions = existing.get(topic);
            if (partitions == null) {
                missing(topic);
            } else {
                plan.partitions().stream()
                        .filter(wanted -> partitions.stream().noneMatch(present -> present.partition() == wanted))
                        .findFirst()
                        .ifPresent(wanted -> {
                            throw new InvalidTopicException("topic '" + topic + "' has " + partitions.size()
                                    + " partitions, but the source is to read partition " + wanted
                                    + "; see 'partition.no.list' or 'partition.no'");
                        });
            }
        }
    }

    private void missing(String topic) {
        if (!createsTopics) {
            throw new InvalidTopicException("topic '" + topic + "' does not exist or may not be seen, and the app says"
                    + " @app:transportChannelCreationEnabled('false'). Create the topic first");
        }
        if (plan.partitions().stream().anyMatch(partition -> partition != 0)) {
            throw new InvalidTopicException("topic '" + topic + "' does not exist or may not be seen, but"
                    + " the source is to read other partitions of it than 0. Create the topic first");
        }
        LOG.atWarn().addKeyValue("topic", topic).log("Kafka topic does not exist yet; it is read as soon as it does");
    }
}

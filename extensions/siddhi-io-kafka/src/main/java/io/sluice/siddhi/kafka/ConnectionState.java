package io.sluice.siddhi.kafka;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/** Whether a Kafka client has a working connection, read from the client's own metrics. Thread-safe. */
final class ConnectionState {

    private final @Nullable Metric connections;
    private final @Nullable Metric bytesReceived;

    ConnectionState(Map<MetricName, ? extends Metric> metrics) {
        this.connections = find(metrics, "connection-count");
        this.bytesReceived = find(metrics, "incoming-byte-total");
    }

    /** True if a connection is open and some broker has ever answered. */
    boolean connected() {
        return value(connections) > 0 && value(bytesReceived) > 0;
    }

    /** The value of a metric of the client as a whole; 0 if there is none. */
    static double value(@Nullable Metric metric) {
        return metric != null && metric.metricValue() instanceof Number number ? number.doubleValue() : 0;
    }

    static @Nullable Metric find(Map<MetricName, ? extends Metric> metrics, String name) {
        for (Map.Entry<MetricName, ? extends Metric> entry : metrics.entrySet()) {
            MetricName candidate = entry.getKey();
            boolean ofTheClient = candidate.group().equals("consumer-metrics")
                    || candidate.group().equals("producer-metrics");
            if (ofTheClient && candidate.name().equals(name)) {
                return entry.getValue();
            }
        }
        return null;
    }
}

package io.sluice.siddhi.kafka;

import java.io.IOException;
import java.util.List;

/** Two embedded clusters of one broker each. */
record TwoClusters(TestBroker east, TestBroker west) {

    /** What {@code bootstrap.servers} of the MultiDC kinds is. */
    String addresses() {
        return east.address() + "," + west.address();
    }

    void start() throws IOException {
        east.start();
        west.start();
    }

    void stop() {
        east.stop();
        west.stop();
    }

    void createTopic(String topic) throws IOException {
        east.createTopic(topic, 1);
        west.createTopic(topic, 1);
    }

    /** The values of a topic without their sequence headers. */
    static List<String> payloads(TestBroker cluster, String topic) {
        return cluster.values(topic).stream()
                .map(value -> value.substring(value.indexOf('~') + 1))
                .toList();
    }
}

package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.testing.SinkContract;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedClusters.class)
class KafkaSinkIT extends SinkContract {

    private static TestBroker broker;

    private final String topic = "out-" + UUID.randomUUID();

    @BeforeAll
    static void open(TestBroker shared) {
        broker = shared;
    }

    @BeforeEach
    void start() throws Exception {
        broker.start();
    }

    @Override
    protected String sinkAnnotation() {
        return "@sink(type='kafka', topic='" + topic + "', bootstrap.servers='" + broker.address()
                + "', @map(type='payload'))";
    }

    @Override
    protected List<String> received() {
        return broker.values(topic);
    }

    @Override
    protected void stopDownstream() {
        broker.stop();
    }

    @Override
    protected void startDownstream() throws Exception {
        broker.start();
    }

    @Override
    protected boolean belongsToTheSink(Thread thread) {
        return thread.getName().contains("kafka-producer-network-thread");
    }
}

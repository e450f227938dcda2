package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.testing.SourceContract;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedClusters.class)
class KafkaSourceIT extends SourceContract {

    private static TestBroker broker;

    private final String topic = "in-" + UUID.randomUUID();

    @BeforeAll
    static void open(TestBroker shared) {
        broker = shared;
    }

    @BeforeEach
    void start() throws Exception {
        broker.start();
    }

    @Override
    protected String sourceAnnotation() {
        return "@source(type='kafka', topic.list='" + topic + "', group.id='contract-" + topic
                + "', threading.option='single.thread', bootstrap.servers='" + broker.address()
                + "', @map(type='payload'))";
    }

    @Override
    protected void send(String payload) throws Exception {
        broker.send(topic, payload);
    }

    @Override
    protected void stopUpstream() {
        broker.stop();
    }

    @Override
    protected void startUpstream() throws Exception {
        broker.start();
    }

    @Override
    protected boolean belongsToTheSource(Thread thread) {
        return thread.getName().contains("kafka-source-") || thread.getName().contains("contract-");
    }
}

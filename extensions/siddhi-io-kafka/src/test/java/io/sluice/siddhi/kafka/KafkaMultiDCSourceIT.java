package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.testing.SourceContract;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedClusters.class)
class KafkaMultiDCSourceIT extends SourceContract {

    private static TwoClusters clusters;

    private final String topic = "in-" + UUID.randomUUID();
    private final AtomicLong number = new AtomicLong();

    @BeforeAll
    static void open(TwoClusters shared) {
        clusters = shared;
    }

    @BeforeEach
    void start() throws Exception {
        clusters.start();
    }

    @Override
    protected String sourceAnnotation() {
        return "@source(type='kafkaMultiDC', topic='" + topic + "', bootstrap.servers='" + clusters.addresses()
                + "', @map(type='payload'))";
    }

    @Override
    protected void send(String payload) throws Exception {
        String value = "contract:" + number.incrementAndGet() + "~" + payload;
        clusters.east().send(topic, value);
        clusters.west().send(topic, value);
    }

    @Override
    protected void stopUpstream() {
        clusters.stop();
    }

    @Override
    protected void startUpstream() throws Exception {
        clusters.start();
    }

    @Override
    protected boolean belongsToTheSource(Thread thread) {
        return thread.getName().contains("kafka-multidc-source-")
                || thread.getName().contains("sluice-multidc-");
    }
}

package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.testing.SinkContract;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedClusters.class)
class KafkaMultiDCSinkIT extends SinkContract {

    private static TwoClusters clusters;

    private final String topic = "out-" + UUID.randomUUID();

    @BeforeAll
    static void open(TwoClusters shared) {
        clusters = shared;
    }

    @BeforeEach
    void start() throws Exception {
        clusters.start();
    }

    @Override
    protected String sinkAnnotation() {
        return "@sink(type='kafkaMultiDC', topic='" + topic + "', bootstrap.servers='" + clusters.addresses()
                + "', @map(type='payload'))";
    }

    /** The contract holds for each of both clusters; {@link MultiDcClustersIT} looks at both. */
    @Override
    protected List<String> received() {
        return TwoClusters.payloads(clusters.west(), topic);
    }

    @Override
    protected void stopDownstream() {
        clusters.stop();
    }

    @Override
    protected void startDownstream() throws Exception {
        clusters.start();
    }

    @Override
    protected boolean belongsToTheSink(Thread thread) {
        return thread.getName().contains("kafka-producer-network-thread");
    }
}

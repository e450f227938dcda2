package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.testing.SinkContract;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The sink takes requests, not payloads: {@link AppendAndAskMapper} makes one of each payload. Its downstream is the source of the same app, which
 * cannot go away alone, so the cases with a lost downstream do not apply; {@link ReplayIT} has what happens without a source. What the source replays is
 * written to another topic, where the contract can see it.
 */
@ExtendWith(SharedClusters.class)
class KafkaReplayRequestSinkIT extends SinkContract {

    private static TestBroker broker;

    private final String topic = "replay-" + UUID.randomUUID();

    @BeforeAll
    static void open(TestBroker shared) {
        broker = shared;
    }

    @Override
    protected String sinkAnnotation() {
        String broker = "bootstrap.servers='" + KafkaReplayRequestSinkIT.broker.address() + "'";
        // the stream is named so that Siddhi lists the sink under test first, as the contract takes the first;
        // the contract adds its unknown option before the first "@map", which is to be that of the sink under test
        return "@source(type='kafka-replay-response', sink.id='" + topic + "', group.id='g',"
                + " threading.option='single.thread', " + broker + ", @Map(type='payload'))"
                + " @sink(type='kafka', topic='" + topic + "-replayed', " + broker + ", @Map(type='payload'))"
                + " define stream Out (payload string);"
                + " @sink(type='kafka-replay-request', sink.id='" + topic + "', @map(type='append-and-ask', server='"
                + KafkaReplayRequestSinkIT.broker.address() + "', topic='" + topic + "'))";
    }

    @Override
    protected List<String> received() {
        return broker.values(topic + "-replayed");
    }

    @Override
    protected boolean hasDownstream() {
        return false;
    }

    @Override
    protected void stopDownstream() {
        throw new UnsupportedOperationException("the source is part of the app");
    }

    @Override
    protected void startDownstream() {
        throw new UnsupportedOperationException("the source is part of the app");
    }
}

package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.testing.SourceContract;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The source delivers only what is asked for, so each payload is put into a topic and then asked for: by an event of a second stream of the app, which
 * reads the requests from Kafka too.
 */
@ExtendWith(SharedClusters.class)
class KafkaReplayResponseSourceIT extends SourceContract {

    private static TestBroker broker;

    private final String topic = "replay-" + UUID.randomUUID();

    @BeforeAll
    static void open(TestBroker shared) {
        broker = shared;
    }

    @BeforeEach
    void start() throws Exception {
        broker.start();
        broker.createTopic(topic + "-requests", 1); // a source notices a new topic after some seconds
    }

    @Override
    protected String sourceAnnotation() {
        String server = "bootstrap.servers='" + broker.address() + "', group.id='" + topic
                + "', threading.option='single.thread'";
        // the stream is named so that Siddhi lists the source under test first, as the contract takes the first;
        // the contract adds its unknown option before the first "@map", which is to be that of the source under test
        return "@source(type='kafka', topic.list='" + topic + "-requests', " + server + ", @Map(type='json'))"
                + " @sink(type='kafka-replay-request', sink.id='" + topic + "', @Map(type='passThrough'))"
                + " define stream Wanted (topic string, partition string, startOffset string, endOffset string);"
                + " @source(type='kafka-replay-response', sink.id='" + topic + "', " + server
                + ", @map(type='payload'))";
    }

    @Override
    protected void send(String payload) throws Exception {
        long offset = broker.send(new ProducerRecord<>(topic, TestBroker.bytes(payload)));
        broker.send(
                topic + "-requests",
                "{\"event\":{\"topic\":\"" + topic + "\",\"partition\":\"0\",\"startOffset\":\"" + offset
                        + "\",\"endOffset\":\"" + offset + "\"}}");
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
        return thread.getName().contains("kafka-replay-") || thread.getName().contains(topic);
    }
}

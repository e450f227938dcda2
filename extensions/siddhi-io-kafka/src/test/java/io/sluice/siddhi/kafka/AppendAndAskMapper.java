package io.sluice.siddhi.kafka;

import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.sink.SinkListener;
import io.siddhi.core.stream.output.sink.SinkMapper;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.core.util.transport.TemplateBuilder;
import io.siddhi.query.api.definition.StreamDefinition;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * {@code @map(type='append-and-ask', server=…, topic=…)} of the contract test of the request sink: puts the payload of an event into a topic, and gives
 * the sink a request for just this record.
 */
@Extension(
        name = "append-and-ask",
        namespace = "sinkMapper",
        description = "For tests.",
        parameters = {
            @Parameter(name = "server", description = "host:port", type = DataType.STRING),
            @Parameter(name = "topic", description = "The topic.", type = DataType.STRING)
        })
public final class AppendAndAskMapper extends SinkMapper {

    private String server;
    private String topic;

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    public void init(
            StreamDefinition stream,
            OptionHolder options,
            Map<String, TemplateBuilder> templates,
            ConfigReader system,
            SiddhiAppContext app) {
        server = options.validateAndGetStaticValue("server");
        topic = options.validateAndGetStaticValue("topic");
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {Event.class};
    }

    @Override
    public void mapAndSend(
            Event[] events, OptionHolder options, Map<String, TemplateBuilder> templates, SinkListener sink) {
        for (Event event : events) {
            mapAndSend(event, options, templates, sink);
        }
    }

    @Override
    public void mapAndSend(
            Event event, OptionHolder options, Map<String, TemplateBuilder> templates, SinkListener sink) {
        long offset = append(String.valueOf(event.getData()[0]));
        sink.publish(new Event(event.getTimestamp(), new Object[] {topic, "0", String.valueOf(offset), offset}));
    }

    private long append(String payload) {
        Map<String, Object> settings = Map.of("bootstrap.servers", server, "linger.ms", 0);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            RecordMetadata written = producer.send(new ProducerRecord<>(topic, TestBroker.bytes(payload)))
                    .get();
            return written.offset();
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException("the record was not written", failed);
        }
    }
}

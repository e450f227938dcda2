package io.sluice.siddhi.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.core.util.transport.InMemoryBroker;
import io.sluice.siddhi.kit.testing.CapturedErrors;
import io.sluice.siddhi.kit.testing.MapperContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyValueMapperContractTest extends MapperContract {

    @Override
    protected String mapping() {
        return "type='keyvalue'";
    }

    @Override
    protected Object brokenPayload() {
        return Map.of("text", "only this");
    }

    @Test
    void mapsKeysAndTemplatesOfItsOwn() throws Exception {
        List<Object> written = new ArrayList<>();
        String topic = UUID.randomUUID().toString();
        InMemoryBroker.Subscriber subscriber = subscriber(topic, written);
        SiddhiManager manager = new SiddhiManager();
        InMemoryBroker.subscribe(subscriber);
        try {
            SiddhiAppRuntime app = manager.createSiddhiAppRuntime(
                    "@sink(type='inMemory', topic='" + topic
                            + "', @map(type='keyvalue', @payload(a='symbol', b='{{price}} dollars'))) define stream Out (symbol string, price double);");
            app.start();

            app.getInputHandler("Out").send(new Object[] {"ACME", 55.5});
        } finally {
            InMemoryBroker.unsubscribe(subscriber);
            manager.shutdown();
        }

        assertThat(written).containsExactly(Map.of("a", "ACME", "b", "55.5 dollars"));
    }

    @Test
    void takesWhatATypeCanHoldAndRefusesTheRest() throws Exception {
        String topic = UUID.randomUUID().toString();
        SiddhiManager manager = new SiddhiManager();
        CapturedErrors errors = new CapturedErrors();
        manager.setErrorStore(errors);
        List<List<Object>> read = new ArrayList<>();
        try {
            SiddhiAppRuntime app = manager.createSiddhiAppRuntime(
                    "@source(type='inMemory', topic='" + topic
                            + "', @map(type='keyvalue', @attributes(price='p', volume='v'))) define stream In (price double, volume int);");
            app.addCallback("In", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        read.add(List.of(event.getData()));
                    }
                }
            });
            app.start();

            InMemoryBroker.publish(topic, Map.of("p", 55, "v", "7", "other", "x"));
            InMemoryBroker.publish(topic, Map.of("p", 1.5, "v", 7.5));
            InMemoryBroker.publish(topic, Map.of("p", 1.5, "v", 3_000_000_000L));
            InMemoryBroker.publish(topic, Map.of("p", 1.5));
        } finally {
            manager.shutdown();
        }

        assertThat(read).containsExactly(List.of(55.0, 7));
        assertThat(errors.events())
                .extracting(event -> event.getCause())
                .containsExactly(
                        "'volume': the value of 'v' is no int",
                        "'volume': the value of 'v' is no int",
                        "'volume': the key 'v' is missing");
    }

    private static InMemoryBroker.Subscriber subscriber(String topic, List<Object> written) {
        return new InMemoryBroker.Subscriber() {
            @Override
            public void onMessage(Object message) {
                written.add(message);
            }

            @Override
            public String getTopic() {
                return topic;
            }
        };
    }
}

package io.sluice.siddhi.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.core.util.transport.InMemoryBroker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JsonSinkMapperTest {

    private final SiddhiManager manager = new SiddhiManager();
    private final String topic = UUID.randomUUID().toString();
    private final List<Object> sent = new ArrayList<>();
    private final InMemoryBroker.Subscriber subscriber = new InMemoryBroker.Subscriber() {
        @Override
        public void onMessage(Object message) {
            sent.add(message);
        }

        @Override
        public String getTopic() {
            return topic;
        }
    };

    JsonSinkMapperTest() {
        InMemoryBroker.subscribe(subscriber);
    }

    @AfterEach
    void close() {
        InMemoryBroker.unsubscribe(subscriber);
        manager.shutdown();
    }

    private SiddhiAppRuntime app(String attributes, String options) {
        SiddhiAppRuntime app = manager.createSiddhiAppRuntime("@sink(type='inMemory', topic='" + topic
                + "', @map(type='json'" + options + ")) define stream Out (" + attributes + ");");
        app.start();
        return app;
    }

    private void send(SiddhiAppRuntime app, Object... data) throws InterruptedException {
        app.getInputHandler("Out").send(new Event(1, data));
    }

    private static Event[] batch() {
        return new Event[] {new Event(1, new Object[] {"a", 1}), new Event(2, new Object[] {"b", 2})};
    }

    @Test
    void writesTheDefaultFormat() throws Exception {
        SiddhiAppRuntime app = app("s string, i int, l long, f float, d double, b bool", "");

        send(app, "te\"a\\ \n\u0001é", -1, Long.MAX_VALUE, 1.5f, 1e21, true);

        assertThat(sent)
                .containsExactly("{\"event\":{\"s\":\"te\\\"a\\\\ \\n\\u0001é\",\"i\":-1,\"l\":9223372036854775807,"
                        + "\"f\":1.5,\"d\":1.0E21,\"b\":true}}");
    }

    @Test
    void writesABatchAsOneArray() throws Exception {
        app("s string, i int", "").getInputHandler("Out").send(batch());

        assertThat(sent).containsExactly("[{\"event\":{\"s\":\"a\",\"i\":1}},{\"event\":{\"s\":\"b\",\"i\":2}}]");
    }

    @Test
    void writesABatchOfOneAsAnArray() throws Exception {
        app("s string, i int", "").getInputHandler("Out").send(new Object[] {"a", 1});

        assertThat(sent).containsExactly("[{\"event\":{\"s\":\"a\",\"i\":1}}]");
    }

    @Test
    void writesABatchOneByOneWithoutGrouping() throws Exception {
        app("s string, i int", ", event.grouping.enabled='false'")
                .getInputHandler("Out")
                .send(batch());

        assertThat(sent).containsExactly("{\"event\":{\"s\":\"a\",\"i\":1}}", "{\"event\":{\"s\":\"b\",\"i\":2}}");
    }

    @Test
    void putsTheEnclosingElementAround() throws Exception {
        SiddhiAppRuntime app = app("s string, i int", ", enclosing.element='$.shop.orders'");

        send(app, "a", 1);
        app.getInputHandler("Out").send(batch());

        assertThat(sent)
                .containsExactly(
                        "{\"shop\":{\"orders\":{\"event\":{\"s\":\"a\",\"i\":1}}}}",
                        "{\"shop\":{\"orders\":[{\"event\":{\"s\":\"a\",\"i\":1}},{\"event\":{\"s\":\"b\",\"i\":2}}]}}");
    }

    @Test
    void writesNullAsUndefinedWithoutTouchingTheEvent() throws Exception {
        SiddhiAppRuntime app = app("s string, i int", "");
        List<Object> seen = new ArrayList<>();
        app.addCallback("Out", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                seen.addAll(Arrays.asList(events[0].getData()));
            }
        });

        send(app, null, null);

        assertThat(sent).containsExactly("{\"event\":{\"s\":\"undefined\",\"i\":\"undefined\"}}");
        assertThat(seen).containsExactly(null, null);
    }

    @Test
    void writesNullAsNullWhereAsked() throws Exception {
        send(app("s string, i int", ", enable.null.attribute.value='true'"), null, null);

        assertThat(sent).containsExactly("{\"event\":{\"s\":null,\"i\":null}}");
    }

    @Test
    void writesNumbersThatJsonLacksAsText() throws Exception {
        send(app("d double, f float", ""), Double.NaN, Float.NEGATIVE_INFINITY);

        assertThat(sent).containsExactly("{\"event\":{\"d\":\"NaN\",\"f\":\"-Infinity\"}}");
    }

    @Test
    void writesObjectsAsJson() throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", List.of(1, "x", Map.of()));
        map.put("b\"", null);
        SiddhiAppRuntime app = app("o object", "");

        send(app, map);
        send(app, (Object) new Object[] {1.5, UUID.fromString("00000000-0000-0000-0000-000000000001")});

        assertThat(sent)
                .containsExactly(
                        "{\"event\":{\"o\":{\"a\":[1,\"x\",{}],\"b\\\"\":null}}}",
                        "{\"event\":{\"o\":[1.5,\"00000000-0000-0000-0000-000000000001\"]}}");
    }

    @Test
    void refusesAnObjectThatHoldsItself() throws Exception {
        Map<String, Object> map = new HashMap<>();
        map.put("self", map);
        SiddhiAppRuntime app = app("o object", "");

        send(app, map);
        send(app, Map.of());

        assertThat(sent).containsExactly("{\"event\":{\"o\":{}}}");
    }

    @Test
    void fillsThePayloadWithRawValues() throws Exception {
        SiddhiAppRuntime app = app("s string, i int", ", @payload(\"\"\"{\"Name\":\"{{s}}\",\"N\":{{i}}}\"\"\")");

        send(app, "a", 1);
        send(app, "say \"x\"", null);
        app.getInputHandler("Out").send(batch());

        assertThat(sent)
                .containsExactly(
                        "{\"Name\":\"a\",\"N\":1}",
                        "{\"Name\":\"say \"x\"\",\"N\":undefined}",
                        "[{\"Name\":\"a\",\"N\":1},\n{\"Name\":\"b\",\"N\":2}]");
    }

    @Test
    void escapesTextsInThePayloadWhereAsked() throws Exception {
        send(
                app(
                        "s string, o object",
                        ", escape.values='true', @payload(\"\"\"{\"n\":\"{{s}}\",\"o\":{{o}}}\"\"\")"),
                "say \"x\"\n",
                Map.of("k", "\""));

        assertThat(sent).containsExactly("{\"n\":\"say \\\"x\\\"\\n\",\"o\":{\"k\":\"\\\"\"}}");
    }

    @Test
    void doesNotSendWhatIsNotJsonWhereAskedToCheck() throws Exception {
        SiddhiAppRuntime app = app("s string", ", validate.json='true', @payload(\"\"\"{\"n\":\"{{s}}\"}\"\"\")");

        send(app, "fine");
        send(app, "not \"fine\"");
        send(app, "\"} {\"");

        assertThat(sent).containsExactly("{\"n\":\"fine\"}");
    }

    @Test
    void leavesWhatIsNotJsonToTheErrorActionOfTheStream() throws Exception {
        SiddhiAppRuntime app = manager.createSiddhiAppRuntime(
                "@OnError(action='stream') @sink(type='inMemory', topic='" + topic
                        + "', @map(type='json', validate.json='true', @payload(\"\"\"{\"n\":{{s}}}\"\"\"))) define stream Out (s string);");
        List<Object> failed = new ArrayList<>();
        app.addCallback("!Out", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                failed.add(events[0].getData()[0]);
            }
        });
        app.start();

        send(app, "x y");

        assertThat(sent).isEmpty();
        assertThat(failed).containsExactly("x y");
    }

    @Test
    void reportsEveryBadOptionAtOnce() {
        assertThatThrownBy(() -> app("s string", ", validate.json='si', enclosing.element='$.a[0]', @payload('s')"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("map 'json' of sink 'inMemory' of stream 'Out'")
                .hasMessageContaining("'validate.json' is 'si'")
                .hasMessageContaining("enclosing.element: array elements cannot be put around an event")
                .hasMessageContaining("@payload is an attribute itself");
    }
}

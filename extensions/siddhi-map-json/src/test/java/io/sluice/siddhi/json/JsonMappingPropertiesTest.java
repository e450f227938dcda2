package io.sluice.siddhi.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.sluice.siddhi.kit.testing.CapturedErrors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;

class JsonMappingPropertiesTest {

    private static final String ATTRIBUTES = "name string, i int, l long, f float, d double, b bool";

    private final SiddhiManager manager = new SiddhiManager();

    @AfterTry
    void close() {
        manager.shutdown();
    }

    @Property(tries = 60)
    void everyEventSurvivesTheWayOutAndIn(@ForAll("events") List<Object[]> events) throws Exception {
        String topic = UUID.randomUUID().toString();
        CapturedErrors errors = new CapturedErrors();
        manager.setErrorStore(errors);
        SiddhiAppRuntime app = manager.createSiddhiAppRuntime("@sink(type='inMemory', topic='" + topic
                + "', @map(type='json', enable.null.attribute.value='true')) define stream Out (" + ATTRIBUTES + ");"
                + "@source(type='inMemory', topic='" + topic + "', @map(type='json')) define stream In (" + ATTRIBUTES
                + ");");
        List<List<Object>> received = new ArrayList<>();
        app.addCallback("In", new StreamCallback() {
            @Override
            public void receive(Event[] arrived) {
                for (Event event : arrived) {
                    received.add(Arrays.asList(event.getData().clone()));
                }
            }
        });
        app.start();

        for (Object[] event : events) {
            app.getInputHandler("Out").send(new Event(1, event.clone()));
        }

        assertThat(errors.events()).isEmpty();
        assertThat(received).isEqualTo(events.stream().map(Arrays::asList).toList());
    }

    /** One event or one failure for each lone document: never both, never neither, never anything thrown at the source. */
    @Property(tries = 100)
    void noDocumentIsLostWhateverItHolds(@ForAll("documents") List<String> documents) {
        try (JsonSourceApp app =
                new JsonSourceApp("a double, b string, c object", ", fail.on.missing.attribute='false'")) {
            for (String document : documents) {
                int before = app.events().size() + app.errors().size();
                app.give(document);
                app.give(document.getBytes(StandardCharsets.UTF_8));
                int outcomes = app.events().size() + app.errors().size() - before;
                if (!document.stripLeading().startsWith("[")) {
                    assertThat(outcomes).as(document).isEqualTo(2);
                }
            }
        }
    }

    @Property(tries = 50)
    void noBytesAreLostWhateverTheyAre(@ForAll List<byte[]> payloads) {
        try (JsonSourceApp app = new JsonSourceApp("a double", ", @attributes(a='x.y[0]')")) {
            for (byte[] payload : payloads) {
                app.give(payload);
            }

            assertThat(app.errors()).hasSize(payloads.size());
        }
    }

    @Property(tries = 50)
    void everyElementOfAnArrayBecomesAnEventOrAFailure(@ForAll("elements") List<String> elements) {
        try (JsonSourceApp app = new JsonSourceApp("a double, b string", "")) {
            app.give("[" + String.join(",", elements) + "]");

            assertThat(app.events().size() + app.errors().size()).isEqualTo(elements.size());
        }
    }

    @Provide
    Arbitrary<List<Object[]>> events() {
        Arbitrary<String> texts =
                Arbitraries.strings().ofMaxLength(20).filter(StandardCharsets.UTF_8.newEncoder()::canEncode);
        return Combinators.combine(
                        texts.injectNull(0.1),
                        Arbitraries.integers().injectNull(0.1),
                        Arbitraries.longs().injectNull(0.1),
                        Arbitraries.integers().map(Float::intBitsToFloat).injectNull(0.1),
                        Arbitraries.longs().map(Double::longBitsToDouble).injectNull(0.1),
                        Arbitraries.of(true, false).injectNull(0.1))
                .as((name, i, l, f, d, b) -> new Object[] {name, i, l, f, d, b})
                .list()
                .ofMaxSize(20);
    }

    @Provide
    Arbitrary<List<String>> documents() {
        Arbitrary<String> objects = Combinators.combine(values(2), values(2), values(1))
                .as((a, b, c) -> "{\"a\":" + a + ",\"b\":" + b + ",\"c\":" + c + "}");
        Arbitrary<String> broken = Combinators.combine(
                        objects, Arbitraries.integers().between(0, 40))
                .as((text, length) -> text.substring(0, Math.min(length, text.length())));
        return Arbitraries.oneOf(
                        objects,
                        objects.map(text -> "{\"event\":" + text + "}"),
                        broken,
                        values(3),
                        Arbitraries.strings())
                .list()
                .ofMaxSize(20);
    }

    @Provide
    Arbitrary<List<String>> elements() {
        Arbitrary<String> objects =
                Combinators.combine(values(1), values(1)).as((a, b) -> "{\"a\":" + a + ",\"b\":" + b + "}");
        return Arbitraries.oneOf(objects, values(2)).list().ofMaxSize(20);
    }

    private static Arbitrary<String> values(int depth) {
        Arbitrary<String> scalars = Arbitraries.of(
                "null",
                "true",
                "false",
                "0",
                "-1",
                "1.5",
                "1e400",
                "123456789012345678901234567890",
                "\"\"",
                "\"text\"",
                "\"\\u00e9\\n\"",
                "\"\\ud800\"",
                "\"NaN\"");
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<String> inner = values(depth - 1);
        return Arbitraries.oneOf(
                scalars,
                inner.list().ofMaxSize(3).map(list -> "[" + String.join(",", list) + "]"),
                inner.map(value -> "{\"a\":" + value + ",\"x\":[" + value + "]}"));
    }
}

package io.sluice.siddhi.json;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.exception.SiddhiAppCreationException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSourceMapperTest {

    private static final String ORDER = "name string, amount double";

    private final List<JsonSourceApp> apps = new ArrayList<>();

    @AfterEach
    void close() {
        apps.forEach(JsonSourceApp::close);
    }

    private JsonSourceApp app(String attributes, String options) {
        JsonSourceApp app = new JsonSourceApp(attributes, options);
        apps.add(app);
        return app;
    }

    private JsonSourceApp orders() {
        return app(ORDER, "");
    }

    @Nested
    class WithDefaultMapping {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"event\":{\"name\":\"tea\",\"amount\":4.5}}",
                    "{\"EVENT\":{\"name\":\"tea\",\"amount\":4.5}}",
                    "{\"name\":\"tea\",\"amount\":4.5}",
                    " { \"amount\" : 45e-1 , \"name\" : \"t\\u0065a\" } ",
                    "[{\"event\":{\"name\":\"tea\",\"amount\":4.5}}]",
                    "[{\"name\":\"tea\",\"amount\":4.5,\"colour\":{\"r\":[1,2]}}]",
                    "\uFEFF{\"name\":\"tea\",\"amount\":4.5}"
                })
        void readsAnEventWithAndWithoutWrapper(String json) {
            JsonSourceApp app = orders();

            app.give(json).give(json.getBytes(StandardCharsets.UTF_8));
            app.give(ByteBuffer.wrap(
                    ("xx" + json).getBytes(StandardCharsets.UTF_8), 2, json.getBytes(StandardCharsets.UTF_8).length));

            assertThat(app.errors()).isEmpty();
            assertThat(app.events()).containsExactly(asList("tea", 4.5), asList("tea", 4.5), asList("tea", 4.5));
        }

        @Test
        void saysWhereAndWhyADocumentDoesNotFit() {
            JsonSourceApp app = orders().give("{\"event\":{\"name\":\"tea\",\"amount\":\"much\"}}");

            assertThat(app.events()).isEmpty();
            assertThat(app.reasons())
                    .containsExactly("$.event.amount: expected a number for attribute amount (double), found text"
                            + " at line 1, column 33");
        }

        @Test
        void refusesAMemberThatIsNoAttributeOfALoneObject() {
            JsonSourceApp app = orders().give("{\"name\":\"tea\",\"amount\":1,\"colour\":\"green\"}");

            assertThat(app.events()).isEmpty();
            assertThat(app.reasons().get(0))
                    .startsWith("$.colour: stream 'In' does not have an attribute named 'colour'");
        }

        @Test
        void refusesAnythingBesideTheEvent() {
            JsonSourceApp app = orders().give("{\"event\":{\"name\":\"tea\",\"amount\":1},\"at\":5}");

            assertThat(app.reasons().get(0)).startsWith("$.at: there may be nothing beside the event");
        }

        @Test
        void refusesAnEventThatLacksAnAttribute() {
            JsonSourceApp app = orders().give("{\"event\":{\"name\":\"tea\"}}").give("[{\"amount\":1}]");

            assertThat(app.events()).isEmpty();
            assertThat(app.reasons()).hasSize(2);
            assertThat(app.reasons().get(0)).contains("no value for attribute amount");
            assertThat(app.reasons().get(1)).startsWith("$[0]: no value for attribute name");
        }

        @Test
        void fillsAMissingAttributeWithNullWhereAllowed() {
            JsonSourceApp app = app(ORDER, ", fail.on.missing.attribute='false'");

            app.give("{\"name\":\"tea\"}")
                    .give("[{\"amount\":1},{\"event\":{}}]")
                    .give("{}");

            assertThat(app.events())
                    .containsExactly(asList("tea", null), asList(null, 1.0), asList(null, null), asList(null, null));
        }

        @Test
        void takesNullForEveryTypeAlthoughNothingMayBeMissing() {
            JsonSourceApp app = app("s string, i int, l long, f float, d double, b bool, o object", "");

            app.give("{\"s\":null,\"i\":null,\"l\":null,\"f\":null,\"d\":null,\"b\":null,\"o\":null}");

            assertThat(app.events()).containsExactly(asList(null, null, null, null, null, null, null));
        }

        @Test
        void refusesASecondValueForAnAttribute() {
            JsonSourceApp app = orders().give("{\"name\":\"tea\",\"amount\":1,\"amount\":2}");

            assertThat(app.events()).isEmpty();
            assertThat(app.reasons().get(0)).startsWith("$.amount: a second value for attribute amount");
        }

        @Test
        void readsAnAttributeThatIsItselfCalledEvent() {
            JsonSourceApp texts = app("event string, n int", "");
            texts.give("{\"event\":\"x\",\"n\":1}").give("{\"event\":{\"event\":\"y\",\"n\":2}}");
            assertThat(texts.events()).containsExactly(asList("x", 1), asList("y", 2));

            JsonSourceApp objects = app("event object, n int", "").give("{\"event\":{\"a\":1},\"n\":3}");
            assertThat(objects.events()).containsExactly(asList(Map.of("a", 1), 3));
        }

        @Test
        void letsTheGoodElementsOfAnArrayFlowAndReportsEachBadOne() {
            JsonSourceApp app = orders();
            String json =
                    "[{\"event\":{\"name\":\"a\",\"amount\":1}}, {\"name\":\"b\",\"amount\":\"x\",\"deep\":[{}]}, 7,"
                            + " {\"name\":\"c\",\"amount\":3}, {\"name\":\"d\"}, \"grün\"]";

            app.give(json);
            app.give(("\uFEFF" + json).getBytes(StandardCharsets.UTF_8));

            assertThat(app.events())
                    .containsExactly(asList("a", 1.0), asList("c", 3.0), asList("a", 1.0), asList("c", 3.0));
            assertThat(app.errors().stream().map(failure -> failure.getOriginalPayload()))
                    .startsWith("{\"name\":\"b\",\"amount\":\"x\",\"deep\":[{}]}", "7", "{\"name\":\"d\"}", "\"grün\"")
                    .hasSize(8)
                    .endsWith("{\"name\":\"b\",\"amount\":\"x\",\"deep\":[{}]}", "7", "{\"name\":\"d\"}", "\"grün\"");
            assertThat(app.reasons().get(0)).startsWith("$[1].amount: expected a number");
            assertThat(app.reasons().get(1)).startsWith("$[2]: expected an object, found a number");
        }

        @Test
        void sendsAnArrayTogetherOrOneByOne() {
            String json = "[{\"name\":\"a\",\"amount\":1},{\"name\":\"b\",\"amount\":2}]";

            assertThat(orders().give(json).batches()).containsExactly(2);
            assertThat(app(ORDER, ", event.grouping.enabled='false'").give(json).batches())
                    .containsExactly(1, 1);
        }

        @Test
        void sendsNothingForAnEmptyArray() {
            JsonSourceApp app = orders().give("[]");

            assertThat(app.batches()).isEmpty();
            assertThat(app.errors()).isEmpty();
        }
    }

    @Nested
    class Values {

        @ParameterizedTest
        @CsvSource({
            "int, 5, 5",
            "int, 5.0, 5",
            "int, 1e3, 1000",
            "int, -2147483648, -2147483648",
            "long, 9223372036854775807, 9223372036854775807",
            "long, 7.00, 7",
            "long, 0e99999, 0",
            "float, 5, 5.0",
            "float, 3.4028235E38, 3.4028235E38",
            "float, 0.1, 0.1",
            "double, 450, 450.0",
            "double, 0.1, 0.1",
            "double, 1E-400, 0.0",
            "double, 18446744073709551616, 1.8446744073709552E19",
            "double, '\"NaN\"', NaN",
            "float, '\"-Infinity\"', -Infinity",
            "bool, true, true",
            "bool, false, false",
            "string, 1.50, 1.50",
            "string, true, true",
            "string, '{ \"a\" : [ 1.0, null ] }', '{\"a\":[1.0,null]}'"
        })
        void areReadWhereTheTypeCanHoldThem(String type, String json, String expected) {
            JsonSourceApp app = app("v " + type, "").give("{\"v\":" + json + "}");

            assertThat(app.reasons()).isEmpty();
            assertThat(app.events().get(0).get(0)).hasToString(expected);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "int | 5.5 | expected a whole number for attribute v (int), found a fraction",
                    "int | 2147483648 | range",
                    "int | 1e10 | range",
                    "int | 1e999999999 | range",
                    "int | 1e-999999999 | found a fraction",
                    "int | \"5\" | found text",
                    "int | true | found a boolean",
                    "int | {} | found an object",
                    "int | [] | found an array",
                    "long | 9223372036854775808 | range",
                    "long | 1e19 | range",
                    "long | 0.1 | found a fraction",
                    "float | 3.5E38 | range",
                    "float | \"1\" | found text",
                    "double | 1e999 | range",
                    "double | \"1\" | found text",
                    "double | \"nan\" | found text",
                    "bool | \"true\" | expected true or false for attribute v (bool), found text",
                    "bool | 1 | found a number"
                })
        void areRefusedWhereItCannot(String type, String json, String reason) {
            JsonSourceApp app = app("v " + type, "").give("{\"v\":" + json + "}");

            assertThat(app.events()).isEmpty();
            assertThat(app.reasons()).hasSize(1);
            assertThat(app.reasons().get(0)).startsWith("$.v: ").contains(reason);
        }

        @ParameterizedTest
        @CsvSource({
            "int, \" 55 \", 55",
            "long, \"-1\", -1",
            "double, \"5.5\", 5.5",
            "float, \"1e1\", 10.0",
            "bool, \"TRUE\", true"
        })
        void mayBeWrittenAsTextInAnArray(String type, String json, String expected) {
            JsonSourceApp app = app("v " + type, "").give("[{\"v\":" + json + "}]");

            assertThat(app.reasons()).isEmpty();
            assertThat(app.events().get(0).get(0)).hasToString(expected);
        }

        @ParameterizedTest
        @CsvSource({
            "int, \"5.5\"",
            "int, \"\"",
            "double, \"1e999\"",
            "double, \"ten\"",
            "bool, \"yes\"",
            "int, \"0x10\""
        })
        void areRefusedWhereTheTextIsNone(String type, String json) {
            JsonSourceApp app = app("v " + type, "").give("[{\"v\":" + json + "}]");

            assertThat(app.events()).isEmpty();
            assertThat(app.reasons().get(0)).startsWith("$[0].v: expected ");
        }

        @Test
        void ofAnObjectAreMapsListsAndScalars() {
            JsonSourceApp app = app("o object", "");

            app.give("{\"o\":{\"a\":[1,2.5,null,{\"b\":true}]}}")
                    .give("{\"o\":[]}")
                    .give("{\"o\":\"x\"}");

            Map<String, Object> expected = Map.of("a", asList(1, 2.5, null, Map.of("b", true)));
            assertThat(app.events()).containsExactly(List.of(expected), List.of(List.of()), List.of("x"));
        }
    }

    @Nested
    class WithCustomMapping {

        @Test
        void readsByPathsOfEveryForm() {
            JsonSourceApp app = app(
                    "a string, b int, c string, d double, e bool",
                    ", @attributes(a='$.x.y', b='x.list[1].n', c=\"$['odd name'].z\", d='$.price', e=\"['ok']\")");

            app.give("{\"skip\":[{\"y\":0}],\"x\":{\"y\":\"Y\",\"list\":[{\"n\":1},{\"n\":\"2\",\"m\":0}]},"
                    + "\"price\":\"4.5\",\"odd name\":{\"z\":7},\"ok\":true}");

            assertThat(app.reasons()).isEmpty();
            assertThat(app.events()).containsExactly(asList("Y", 2, "7", 4.5, true));
        }

        @Test
        void readsPositionalAttributes() {
            JsonSourceApp app = app(ORDER, ", @attributes('item.name', 'item.price')");

            app.give("{\"item\":{\"name\":\"tea\",\"price\":2}}");

            assertThat(app.events()).containsExactly(asList("tea", 2.0));
        }

        @Test
        void readsOneEventForEachElementThatIsEnclosed() {
            JsonSourceApp app =
                    app(ORDER, ", enclosing.element='$.shop.items', @attributes(name='n', amount='$.price.value')");

            app.give("{\"a\":{\"items\":[]},\"shop\":{\"x\":1,\"items\":[{\"n\":\"a\",\"price\":{\"value\":1}},"
                    + "{\"n\":\"b\"},{\"n\":\"c\",\"price\":{\"value\":3}}],\"y\":[]},\"z\":{}}");
            app.give("{\"shop\":{\"items\":{\"n\":\"d\",\"price\":{\"value\":4}}}}");

            assertThat(app.events()).containsExactly(asList("a", 1.0), asList("c", 3.0), asList("d", 4.0));
            assertThat(app.batches()).containsExactly(2, 1);
            assertThat(app.reasons()).hasSize(1);
            assertThat(app.reasons().get(0)).startsWith("$.shop.items[1]: no value for attribute amount");
        }

        @Test
        void refusesADocumentWithoutTheEnclosingElement() {
            JsonSourceApp app = app(ORDER, ", enclosing.element='$.shop', @attributes(name='n', amount='m')");

            app.give("{\"stop\":{\"n\":\"a\",\"m\":1}}").give("{\"shop\":3}");

            assertThat(app.events()).isEmpty();
            assertThat(app.reasons().get(0)).contains("there is no enclosing element '$.shop'");
            assertThat(app.reasons().get(1)).startsWith("$.shop: expected an object or an array of objects");
        }

        @Test
        void refusesOrFillsWhatIsMissing() {
            String mapping = ", @attributes(name='a.n', amount='a.m')";

            JsonSourceApp strict =
                    app(ORDER, mapping).give("{\"a\":{\"n\":\"x\"}}").give("{\"a\":5}");
            JsonSourceApp loose =
                    app(ORDER, ", fail.on.missing.attribute='false'" + mapping).give("{\"a\":{\"n\":\"x\"}}");

            assertThat(strict.events()).isEmpty();
            assertThat(strict.reasons()).hasSize(2);
            assertThat(loose.events()).containsExactly(asList("x", null));
        }

        @Test
        void readsAStructureForSeveralAttributesAtOnce() {
            JsonSourceApp app = app(
                    "whole string, part int, list object, all string",
                    ", @attributes(whole='$.a', part='$.a.b[1]', list='$.a.b', all='$')");

            app.give("{\"a\": {\"b\": [1, 2.0], \"c\": null}}");

            assertThat(app.reasons()).isEmpty();
            assertThat(app.events())
                    .containsExactly(asList(
                            "{\"b\":[1,2.0],\"c\":null}", 2, List.of(1, 2.0), "{\"a\":{\"b\":[1,2.0],\"c\":null}}"));
        }

        @Test
        void namesThePathOfAMisfitInsideASharedStructure() {
            JsonSourceApp app = app("whole string, part int", ", @attributes(whole='$.a', part='$.a.b')");

            app.give("{\"a\":{\"b\":\"x\"}}");

            assertThat(app.reasons().get(0)).startsWith("$.a: inside").contains("$.b: expected a number");
        }

        @Test
        void takesTransportProperties() {
            JsonSourceApp app = app("name string, topic string", ", @attributes(name='n', topic='trp:topic')");

            app.give("[{\"n\":\"a\"},{\"n\":\"b\"}]", "t1");

            assertThat(app.events()).containsExactly(asList("a", "t1"), asList("b", "t1"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "$..a",
                    "$.a[*]",
                    "$.*",
                    "$.a[-1]",
                    "$.a[?(@.b)]",
                    "$.a[1:2]",
                    "$.a.length()",
                    "$.",
                    "$.a[",
                    ""
                })
        void refusesPathsThatOnePassCannotAnswer(String path) {
            assertThatThrownBy(() -> app("a string", ", @attributes(a='" + path + "')"))
                    .isInstanceOf(SiddhiAppCreationException.class)
                    .hasMessageContaining("@attributes a");
        }
    }

    @Nested
    class BrokenInput {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "   ",
                    "{",
                    "{\"name\":\"tea\",\"amount\":1",
                    "[{\"name\":\"tea\",\"amount\":1}",
                    "nonsense",
                    "{\"name\":\"tea\",\"amount\":NaN}",
                    "{\"name\":\"tea\",\"amount\":01}",
                    "{'name':'tea','amount':1}",
                    "{\"name\":\"tea\",\"amount\":1,}",
                    "{\"name\":\"tea\",\"amount\":1} x",
                    "{\"name\":\"tea\",\"amount\":1}{\"name\":\"tea\",\"amount\":1}",
                    "[{\"name\":\"tea\",\"amount\":1}]]",
                    "7",
                    "\"text\"",
                    "null",
                    "// c\n{\"name\":\"tea\",\"amount\":1}",
                    "{\"name\":\"a\nb\",\"amount\":1}"
                })
        void failsAsAWholeAndKeepsThePayload(String json) {
            JsonSourceApp app = orders().give(json).give(json.getBytes(StandardCharsets.UTF_8));

            assertThat(app.events()).isEmpty();
            assertThat(app.errors()).hasSize(2);
            assertThat(app.errors().get(0).getOriginalPayload()).isEqualTo(json);
            assertThat(app.errors().get(1).getOriginalPayload()).isEqualTo(json.getBytes(StandardCharsets.UTF_8));
            assertThat(app.reasons()).allSatisfy(reason -> assertThat(reason).startsWith("$"));
        }

        @Test
        void thatIsNotUtf8Fails() {
            byte[] json = "{\"name\":\"tXa\",\"amount\":1}".getBytes(StandardCharsets.US_ASCII);
            json[10] = (byte) 0xFF;

            JsonSourceApp app = orders().give(json);

            assertThat(app.events()).isEmpty();
            assertThat(app.reasons().get(0)).startsWith("$: not JSON: Invalid UTF-8");
        }

        @Test
        void thatIsNestedTooDeepFails() {
            JsonSourceApp app = app("o object", "");

            app.give("{\"o\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
            app.give("{\"o\":" + "[".repeat(900) + "]".repeat(900) + "}");

            assertThat(app.events()).hasSize(1);
            assertThat(app.reasons().get(0)).contains("1000");
        }

        @Test
        void ofAnUnknownClassFails() {
            JsonSourceApp app = orders().give(5);

            assertThat(app.reasons())
                    .containsExactly("Invalid JSON object received. Expected String, but found java.lang.Integer");
        }

        @Test
        void doesNotStopWhatComesAfterIt() {
            JsonSourceApp app = orders();

            app.give("{\"name\":").give("{\"name\":\"tea\",\"amount\":1}");

            assertThat(app.events()).containsExactly(asList("tea", 1.0));
        }
    }

    @Test
    void readsADocumentOfFiveMegabytes() {
        String large = "x".repeat(5 * 1024 * 1024);
        JsonSourceApp app = orders().give("{\"name\":\"" + large + "\",\"amount\":1}");

        assertThat(app.reasons()).isEmpty();
        assertThat(app.events().get(0).get(0)).isEqualTo(large);
    }

    @Test
    void reportsEveryBadOptionAtOnce() {
        assertThatThrownBy(() -> app(ORDER, ", fail.on.missing.attribute='perhaps', event.grouping.enabled='1'"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("map 'json' of source 'inMemory' of stream 'In'")
                .hasMessageContaining("'fail.on.missing.attribute' is 'perhaps'")
                .hasMessageContaining("'event.grouping.enabled' is '1'");
    }
}

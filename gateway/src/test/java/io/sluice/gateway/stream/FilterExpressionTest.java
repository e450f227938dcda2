package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterExpressionTest {

    private static final JsonNode EVENT = read(
            "{'event':{'name':'honey','amount':20.5,'n':7,'good':true,'none':null," + "'it-s':'a''b','list':[1,2]}}");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.name = 'honey'",
                "event.amount > 20 and event.amount<=20.5",
                "event.amount = 20.50",
                "event.n >= 7",
                "not (event.name = 'milk' or event.n < 0)",
                "event.none = null and event.missing = null",
                "event.good = true",
                "event.good != 'true'",
                "event.name > 'ham'",
                "event.list.1 = 2",
                "event.n = 8 or event.n = 7 and event.good = true",
            })
    void holds(String text) {
        assertThat(FilterExpression.parse(text).test(EVENT)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.name = 20",
                "event.n = '7'",
                "event.name < 5",
                "event.missing > 0",
                "event.good = 'true'",
                "(event.n = 7 or event.n = 8) and event.good = false",
                "event.list = 1",
            })
    void doesNotHold(String text) {
        assertThat(FilterExpression.parse(text).test(EVENT)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a| 2",
                "a >| 4",
                "a = 1 b = 2| 7",
                "(a = 1| 7",
                "a = 'open| 5",
                "a < true| 3",
                "a ( 1| 3",
                "= 1| 1",
                "a = 1 ; drop| 7",
                "\"\"| 1"
            })
    void saysWhereItIsWrong(String text, int at) {
        assertThatThrownBy(() -> FilterExpression.parse(text))
                .isInstanceOf(FilterExpression.Invalid.class)
                .hasMessageEndingWith(" at character " + at);
    }

    @ParameterizedTest
    @ValueSource(ints = {513, 10_000})
    void refusesWhatIsTooLong(int length) {
        assertThatThrownBy(() -> FilterExpression.parse(" ".repeat(length))).hasMessageContaining("512");
    }

    @ParameterizedTest
    @CsvSource({"not ,9,levels", "a=1 or ,16,comparisons", "(,9,levels"})
    void refusesWhatCostsTooMuch(String part, int times, String bound) {
        assertThatThrownBy(() -> FilterExpression.parse((part + " ").repeat(times) + "a=1"))
                .hasMessageContaining(bound);
    }

    @Property
    void neverFailsOtherwise(@ForAll @StringLength(max = 100) String text) {
        try {
            assertThat(FilterExpression.parse(text)).isNotNull();
        } catch (FilterExpression.Invalid invalid) {
            assertThat(invalid.getMessage()).contains(" at character ");
        }
    }

    private static JsonNode read(String json) {
        try {
            return new ObjectMapper()
                    .readTree(json.replace("''", "#").replace('\'', '"').replace('#', '\''));
        } catch (java.io.IOException bad) {
            throw new IllegalArgumentException(bad);
        }
    }
}

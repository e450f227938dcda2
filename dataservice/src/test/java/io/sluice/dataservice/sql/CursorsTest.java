package io.sluice.dataservice.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {

    private static final String QUERY = "/trades?symbol=IBM";
    private static final List<SortKey> BY_ID = List.of(key(ValueType.LONG));

    private final Cursors cursors = new Cursors(secret("a secret of thirty-two bytes, ok!"));

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(ValueType.STRING, ""),
                Arguments.of(ValueType.STRING, "'; DROP TABLE t; -- \" \\ \uD83D\uDE00"),
                Arguments.of(ValueType.INT, Integer.MIN_VALUE),
                Arguments.of(ValueType.LONG, Long.MAX_VALUE),
                Arguments.of(ValueType.DECIMAL, new BigDecimal("-12345678901234567890.123456789")),
                Arguments.of(ValueType.TIMESTAMP, Instant.parse("2026-01-31T12:00:00.123456Z")),
                Arguments.of(ValueType.UUID, UUID.fromString("123e4567-e89b-12d3-a456-426614174000")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void givesBackWhatWasWritten(ValueType type, Object value) {
        List<SortKey> order = List.of(key(type));

        assertThat(cursors.read(QUERY, order, cursors.write(QUERY, order, List.of(value))))
                .containsExactly(value);
    }

    @Test
    void refusesACursorOfAnotherQuery() {
        String cursor = cursors.write(QUERY, BY_ID, List.of(7L));

        assertThatThrownBy(() -> cursors.read("/trades?symbol=WSO2", BY_ID, cursor))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("was not made by this service for this query");
    }

    @Test
    void refusesACursorOfAnotherSecret() {
        String cursor = new Cursors(secret("another secret of thirty-two byte")).write(QUERY, BY_ID, List.of(7L));

        assertThatThrownBy(() -> cursors.read(QUERY, BY_ID, cursor)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesACursorWithAnyCharacterChanged() {
        String cursor = cursors.write(QUERY, BY_ID, List.of(1234567L));

        for (int i = 0; i < cursor.length() - 1; i++) { // the last one may hold bits that base64 drops
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            String changed = cursor.substring(0, i) + other + cursor.substring(i + 1);
            assertThatThrownBy(() -> cursors.read(QUERY, BY_ID, changed))
                    .as("character %d", i)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA", "====", "' OR 1=1", "a b", "\u0000", "é"})
    void refusesWhatIsNoCursor(String text) {
        assertThatThrownBy(() -> cursors.read(QUERY, BY_ID, text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesTextLongerThanAnyCursorUnread() {
        assertThatThrownBy(() -> cursors.read(QUERY, BY_ID, "A".repeat(4097)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("is longer than any cursor of this service");
    }

    private static byte[] secret(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static SortKey key(ValueType type) {
        return new SortKey(
                new Column("k", "k", List.of("k"), type, Storage.NATIVE, false, false, false, List.of(), false), false);
    }
}

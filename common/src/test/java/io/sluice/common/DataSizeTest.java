package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {

    @ParameterizedTest
    @CsvSource({"0B,0", "512B,512", "64KiB,65536", "1MiB,1048576", "3 GiB,3221225472", "1TiB,1099511627776"})
    void readsANumberAndAUnit(String text, long bytes) {
        assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "64MB", "-1KiB", "1.5MiB", "KiB", "64kib"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> DataSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("is not a size. Use a number and a unit, for example '64KiB' or '1MiB'.");
    }

    @Test
    void refusesMoreThanALongHolds() {
        assertThatThrownBy(() -> DataSize.parse("99999999TiB")).hasMessageContaining("larger than any size");
    }

    @Test
    void refusesLessThanNothing() {
        assertThatThrownBy(() -> new DataSize(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0B", "1000B", "64KiB", "1536KiB", "1MiB", "2048TiB"})
    void writesWhatItReads(String text) {
        assertThat(DataSize.parse(text)).hasToString(text);
    }
}

package io.sluice.dataservice.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {

    private static final List<MediaType> OFFERED = List.of(MediaType.JSON, MediaType.NDJSON, MediaType.CSV);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            emptyValue = "",
            value = {
                "none | JSON",
                "'' | JSON",
                "*/* | JSON",
                "application/* | JSON",
                "text/* | CSV",
                "TEXT/CSV | CSV",
                "text/csv;charset=utf-8 | CSV",
                "application/ndjson | NDJSON",
                "application/x-ndjson, application/json | JSON",
                "application/json;q=0.5, text/csv | CSV",
                "application/json;q=0.5, text/csv;q=0.4 | JSON",
                "*/*, application/json;q=0 | NDJSON",
                "text/*;q=0.9, text/csv;q=0.1, */*;q=0.2 | JSON",
                "text/html, */*;q=0.1 | JSON",
                ", ,text/csv,, | CSV",
                "text/csv ; q=0.3 , application/json ; q=0.2 | CSV"
            })
    void isTheBestOfWhatIsAccepted(String accept, MediaType best) {
        assertThat(MediaType.accepted(accept, OFFERED)).contains(best);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/event-stream",
                "application/json;q=0",
                "*/*;q=0.000",
                "application",
                "json",
                ";q=1",
                ",",
                "text/csvx",
                "*/csv"
            })
    void isNothingWhereNothingFits(String accept) {
        assertThat(MediaType.accepted(accept, OFFERED)).isEmpty();
    }
}

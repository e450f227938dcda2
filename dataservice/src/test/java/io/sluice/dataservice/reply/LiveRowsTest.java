package io.sluice.dataservice.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveRowsTest {

    @ParameterizedTest
    @CsvSource({
        "SSE, abc, ': alive\n\n'",
        "SSE, '', ': alive\n\n'",
        "NDJSON, abc, '{\"cursor\":\"abc\"}\n'",
        "NDJSON, '', '\n'"
    })
    void showsThatItIsAliveWithoutARow(MediaType media, String cursor, String text) {
        LiveRows rows = new LiveRows(new RowTree(List.of()), media);

        assertThat(rows.heartbeat(cursor).toString(StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "SSE, 'event: end\ndata: {\"reason\":\"service stops\"}\n\n'",
        "NDJSON, '{\"end\":{\"reason\":\"service stops\"}}\n'"
    })
    void saysWhyItEnds(MediaType media, String text) {
        LiveRows rows = new LiveRows(new RowTree(List.of()), media);

        assertThat(rows.ending("service stops").toString(StandardCharsets.UTF_8))
                .isEqualTo(text);
    }
}

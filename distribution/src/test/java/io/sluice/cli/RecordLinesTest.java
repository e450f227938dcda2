package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordLinesTest {

    private static List<String> cut(String text, int maxBytes) throws IOException {
        List<String> records = new ArrayList<>();
        try (RecordLines lines = of(text, maxBytes)) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                records.add(new String(line, StandardCharsets.ISO_8859_1));
            }
        }
        return records;
    }

    private static RecordLines of(String latin1, int maxBytes) {
        return new RecordLines(new ByteArrayInputStream(latin1.getBytes(StandardCharsets.ISO_8859_1)), maxBytes);
    }

    @Test
    void takesEveryLineWithAndWithoutALineEndAtTheEnd() throws IOException {
        assertThat(cut("a\nb\r\nc", 10)).containsExactly("a", "b", "c");
        assertThat(cut("a\nb\n", 10)).containsExactly("a", "b");
    }

    @Test
    void passesOverBlankLines() throws IOException {
        assertThat(cut("\n \t\n\r\na\n\n", 10)).containsExactly("a");
        assertThat(cut("", 10)).isEmpty();
    }

    @Test
    void keepsBytesThatAreNotUtf8() throws IOException {
        assertThat(cut("\u00ff\u00fe\u0000\n", 10)).containsExactly("\u00ff\u00fe\u0000");
    }

    @Test
    void refusesALineThatIsTooLongAndNamesIt() throws IOException {
        try (RecordLines lines = of("12345\n123456\n", 5)) {
            assertThat(lines.next()).hasSize(5);

            assertThatThrownBy(lines::next)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContainingAll("line 2", "5 bytes");
        }
    }
}

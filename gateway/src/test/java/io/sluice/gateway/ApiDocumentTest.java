package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ReferenceWriter;
import io.sluice.gateway.api.Api;
import io.sluice.gateway.api.RestApi;
import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.rest.RestError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page on API files says what the code says. {@code -Dgolden.update=true} writes its generated tables. */
class ApiDocumentTest {

    private static final Path PAGE = Path.of("../docs/apis.md");
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void showsFilesThatCanBeServedTogether() throws IOException {
        Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
        for (int i = 1; blocks.find(); i++) {
            Files.writeString(folder.resolve("block" + i + ".yaml"), blocks.group(1));
        }

        ApiFolder read = ApiFolder.read(folder, Map.of());

        assertThat(read.problems()).isEmpty();
        assertThat(read.apis().values())
                .hasAtLeastOneElementOfType(RestApi.class)
                .hasAtLeastOneElementOfType(StreamingApi.class)
                .hasSize(3)
                .extracting(Api::name)
                .contains("farm-supply");
    }

    @Test
    void listsEveryKeyAndError() throws IOException {
        Map<String, String> tables = Map.of(
                "streaming", ReferenceWriter.settings(StreamingApi.class),
                "rest", ReferenceWriter.settings(RestApi.class),
                "errors", ReferenceWriter.errors(RestError.class));
        String page = Files.readString(PAGE);

        String expected = page;
        for (Map.Entry<String, String> table : tables.entrySet()) {
            String start = "<!-- generated: " + table.getKey() + " -->\n";
            int from = expected.indexOf(start) + start.length();
            int to = expected.indexOf("<!-- end -->", from);
            expected = expected.substring(0, from) + table.getValue() + expected.substring(to);
        }

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(page).isEqualTo(expected);
    }

    @Test
    void knowsNoCodeThatIsUsedTwice() {
        Set<String> codes = new HashSet<>();

        assertThat(Stream.concat(Stream.of(GatewayError.values()), Stream.of(RestError.values()))
                        .map(error -> error.code())
                        .filter(code -> !codes.add(code)))
                .isEmpty();
    }
}

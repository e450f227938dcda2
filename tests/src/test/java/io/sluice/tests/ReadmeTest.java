package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.SluiceConfig;
import io.sluice.common.ConfigFile;
import io.sluice.gateway.ApiCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows can be used as it stands. */
class ReadmeTest {

    private static final Pattern YAML = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([A-Za-z./]+)\\)");

    @TempDir
    Path folder;

    @Test
    void everyYamlBlockIsAGoodApiOrConfiguration() throws IOException {
        List<String> blocks =
                YAML.matcher(readme()).results().map(block -> block.group(1)).toList();

        assertThat(blocks).hasSize(2);
        for (String block : blocks) {
            Path file = Files.writeString(folder.resolve("readme.yaml"), block);
            if (block.contains("upstream:")) {
                assertThat(ApiCheck.check(file)).as(block).isEmpty();
            } else {
                assertThat(ConfigFile.read(file, SluiceConfig.class, Map.of(), Map.of()))
                        .as(block)
                        .isNotNull();
            }
        }
    }

    @Test
    void theConfigurationBlockShowsTheDefaults() throws IOException {
        String block = YAML.matcher(readme())
                .results()
                .map(found -> found.group(1))
                .filter(text -> text.contains("home:"))
                .findFirst()
                .orElseThrow();
        Path file = Files.writeString(folder.resolve("sluice.yaml"), block);

        SluiceConfig shown = ConfigFile.read(file, SluiceConfig.class, Map.of(), Map.of());
        SluiceConfig defaults = ConfigFile.read(null, SluiceConfig.class, Map.of(), Map.of());

        assertThat(shown.gateway().port()).isEqualTo(defaults.gateway().port());
        assertThat(shown.gateway().host()).isEqualTo(defaults.gateway().host());
        assertThat(shown.kafka()).isEqualTo(defaults.kafka());
        assertThat(shown.management()).isEqualTo(defaults.management());
    }

    @Test
    void everyLinkedFileIsThere() throws IOException {
        List<String> links = LINK.matcher(readme())
                .results()
                .map(MatchResult::group)
                .map(link -> link.substring(2, link.length() - 1))
                .toList();

        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link ->
                        assertThat(SluiceUnderTest.repository().resolve(link)).exists());
    }

    private static String readme() throws IOException {
        return Files.readString(SluiceUnderTest.repository().resolve("README.md"));
    }
}

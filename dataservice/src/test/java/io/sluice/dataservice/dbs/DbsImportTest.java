package io.sluice.dataservice.dbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.common.ConfigException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases are files: {@code x.dbs} with {@code x.yaml}, the service file and its warnings as comments behind it, or {@code x.refused}, one
 * {@code line: what} for each refusal. A file more is a case more.
 */
class DbsImportTest {

    @ParameterizedTest
    @MethodSource("cases")
    void isImportedOrRefusedAsItsFileSays(Path dbs) throws IOException {
        Path refused = sibling(dbs, ".refused");
        Path yaml = sibling(dbs, ".yaml");

        if (Files.exists(refused)) {
            assertThat(refusals(dbs)).containsExactlyElementsOf(Files.readAllLines(refused));
        } else {
            DbsImport.Imported imported = DbsImport.convert(dbs);
            StringBuilder text = new StringBuilder(imported.yaml());
            imported.warnings()
                    .forEach(each ->
                            text.append("# ").append(withoutFile(dbs, each)).append('\n'));
            assertThat(text.toString()).isEqualTo(Files.readString(yaml));
        }
    }

    private static List<String> refusals(Path dbs) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> DbsImport.convert(dbs));
        assertThat(refused).isNotNull();
        return refused.problems().stream().map(each -> withoutFile(dbs, each)).toList();
    }

    private static String withoutFile(Path dbs, String message) {
        assertThat(message).startsWith(dbs + ":");
        return message.substring(dbs.toString().length() + 1);
    }

    private static Path sibling(Path dbs, String ending) {
        return dbs.resolveSibling(dbs.getFileName().toString().replace(".dbs", ending));
    }

    static List<Path> cases() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(DbsImportTest.class.getResource("/dbs")).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(".dbs"))
                    .sorted()
                    .toList();
        }
    }
}

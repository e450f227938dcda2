package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file of {@code cases/config} is one case: YAML, a dashed line, and the problems or the described configuration. Comment lines
 * {@code # environment: NAME=value} and {@code # set: key=value} add overrides. {@code -Dgolden.update=true} writes what comes out.
 */
class ConfigFileTest {

    private static final Path CASES = Path.of("src/test/resources/cases/config");
    private static final String MARKS = "\0\uFFFE \n\t:{}[],&*!|>'\"%@`#-?~$0ax";
    private static final String DASHES = "----------\n";

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> readsAsTheCaseSays() throws IOException {
        try (Stream<Path> cases = Files.list(CASES)) {
            List<Path> sorted = cases.sorted().toList();
            assertThat(sorted).isNotEmpty();
            return sorted.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
        }
    }

    private void check(Path file) throws IOException {
        String text = Files.readString(file);
        String yaml = text.substring(0, text.indexOf(DASHES));
        String expected = text.substring(yaml.length() + DASHES.length());

        String actual = outcomeOf(yaml);

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, yaml + DASHES + actual);
        }
        assertThat(actual).isEqualTo(expected);
    }

    private String outcomeOf(String yaml) throws IOException {
        Files.writeString(folder.resolve("secret.txt"), "from-the-file\n");
        Path config = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        String outcome;
        try {
            outcome = ConfigFile.describe(
                    ConfigFile.read(config, SampleConfig.class, pairs("environment", yaml), pairs("set", yaml)));
        } catch (ConfigException refused) {
            outcome = String.join("\n", refused.problems()) + "\n";
        }
        return outcome.replace(folder + "/", "<folder>/")
                .replace("<folder>/sluice.yaml", "sluice.yaml")
                .replace(Path.of("").toAbsolutePath() + "/", "<working directory>/");
    }

    private static Map<String, String> pairs(String kind, String yaml) {
        Map<String, String> pairs = new LinkedHashMap<>();
        Pattern.compile("(?m)^# " + kind + ": ([^=]+)=(.*)$")
                .matcher(yaml)
                .results()
                .forEach(match -> pairs.put(match.group(1), match.group(2)));
        return pairs;
    }

    @Test
    void bindsEveryTypeToItsValue() throws IOException {
        Path file = Files.writeString(folder.resolve("x.yaml"), """
                listen: {port: 1, idle-timeout: 250ms}
                limits: {max-body: 64KiB, share: 1e-3, max-events: 7, strict: false, when-full: wait}
                stores: {one: {url: "jdbc:h2:mem:x", password: geheim}}
                tls: {certificate: ../tls/cert.pem, pin: 7}
                """);

        SampleConfig config = ConfigFile.read(file, SampleConfig.class, Map.of(), Map.of());

        assertThat(config.listen()).isEqualTo(new SampleConfig.Listen("127.0.0.1", 1, Duration.ofMillis(250)));
        assertThat(config.limits())
                .isEqualTo(new SampleConfig.Limits(new DataSize(65_536), 0.001, 7L, false, SampleConfig.WhenFull.WAIT));
        assertThat(config.stores().get("one").password()).isEqualTo(new Secret("geheim"));
        assertThat(config.tls()).isNotNull();
        assertThat(config.tls().certificate())
                .isEqualTo(folder.getParent().resolve("tls/cert.pem").toAbsolutePath());
    }

    @Test
    void readsDefaultsWithoutAnyFile() {
        SampleConfig config = ConfigFile.read(null, SampleConfig.class, Map.of(), Map.of("listen.port", "0"));

        assertThat(config.listen().port()).isZero();
        assertThat(config.home()).isEqualTo(Path.of("data").toAbsolutePath());
    }

    @Test
    void namesTheConfigurationWhereThereIsNoFile() {
        record Needy(@Setting(doc = "Needed.") String name) {}

        assertThatThrownBy(() -> ConfigFile.read(null, Needy.class, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("configuration: name: is missing. Give it a value (text).");
    }

    @Test
    void reportsAFileThatIsNotThere() {
        Path file = folder.resolve("nowhere.yaml");

        assertThat(problemsOf(file)).containsExactly(file + ": there is no such file");
    }

    @Test
    void reportsAFolderInPlaceOfAFile() {
        assertThat(problemsOf(folder)).containsExactly(folder + ": is a folder, not a file");
    }

    @Test
    void reportsAFileThatIsNotText() throws IOException {
        Path file = Files.write(folder.resolve("latin.yaml"), "name: Grün".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(problemsOf(file)).containsExactly(file + ": is not UTF-8 text");
    }

    private static List<String> problemsOf(Path file) {
        return catchThrowableOfType(
                        ConfigException.class, () -> ConfigFile.read(file, SampleConfig.class, Map.of(), Map.of()))
                .problems();
    }

    @Test
    void keepsVariablesAwayFromFilesBesideTheConfiguration() throws IOException {
        record Api(
                @Setting(doc = "Name.") String name,
                @Setting(doc = "Version.") String version) {}
        Path file = Files.writeString(folder.resolve("api.yaml"), "name: ${WHO}\nversion: 1.10\n");

        Api api = ConfigFile.read(file, Api.class, Map.of("WHO", "orders", "SLUICE_VERSION", "9"));

        assertThat(api).isEqualTo(new Api("orders", "1.10"));
    }

    @Test
    void looksAtOneKeyBeforeTheRecordIsChosen() throws IOException {
        Path file = Files.writeString(folder.resolve("kind.yaml"), "kind: ${KIND:plain}\nlist: [a]\nbad: ${NONE}\n");

        assertThat(ConfigFile.peek(file, "kind", Map.of())).contains("plain");
        assertThat(ConfigFile.peek(file, "kind", Map.of("KIND", "other"))).contains("other");
        for (String key : List.of("list", "bad", "absent")) {
            assertThat(ConfigFile.peek(file, key, Map.of())).as(key).isEmpty();
        }
        assertThat(ConfigFile.peek(folder.resolve("none.yaml"), "kind", Map.of()))
                .isEmpty();
    }

    @Test
    void readsAndWritesAKeyThatJavaReserves() throws IOException {
        record Api(
                @Setting(doc = "Open to all.", key = "public")
                boolean open) {}
        Path file = Files.writeString(folder.resolve("api.yaml"), "public: true\n");

        Api api = ConfigFile.read(file, Api.class, Map.of());

        assertThat(api.open()).isTrue();
        assertThat(ConfigFile.describe(api)).isEqualTo("public: true\n");
    }

    @Test
    void listsVariablesThatSetNothing() {
        Map<String, String> environment = Map.of(
                "SLUICE_LISTEN_PROT", "1",
                "SLUICE_STORES_ONE_POOL_SIZE", "1",
                "SLUICE_LABELS_ANY", "x",
                "SLUICE_LISTEN_IDLE_TIMEOUT", "1s",
                "SLUICE_JAVA_OPTS", "-Xmx1g",
                "PATH", "/bin");

        assertThat(ConfigFile.unknownVariables(SampleConfig.class, environment))
                .containsExactly(
                        "environment variable SLUICE_LISTEN_PROT: sets nothing. Did you mean 'SLUICE_LISTEN_PORT'?");
    }

    @Test
    void reportsARecordThatRefusesWithoutNamingAKey() throws IOException {
        record Range(
                @Setting(doc = "From.") int from,
                @Setting(doc = "To.") int to) {
            Range {
                if (from > to) {
                    throw new IllegalArgumentException("from " + from + " is after to " + to);
                }
            }
        }
        record Root(@Setting(doc = "Range.") Range range) {}
        Path file = Files.writeString(folder.resolve("x.yaml"), "range:\n  from: 2\n  to: 1\n");

        assertThatThrownBy(() -> ConfigFile.read(file, Root.class, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ":1: range: from 2 is after to 1");
    }

    @Test
    void letsAFaultInARecordThrough() {
        record Faulty(
                @Setting(doc = "Name.", byDefault = "x") String name) {
            Faulty {
                throw new NullPointerException("a fault");
            }
        }

        assertThatThrownBy(() -> ConfigFile.read(null, Faulty.class, Map.of(), Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the constructor of")
                .hasRootCauseMessage("a fault");
    }

    @Test
    void tellsProblemsAndNothingElseWhateverTheTextIs() throws IOException {
        Random random = new Random(20_260_101);
        Path file = folder.resolve("damaged.yaml");
        String yaml = Files.readString(CASES.resolve("everything.txt"));
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            Files.writeString(file, damaged(yaml.substring(0, yaml.indexOf(DASHES)), random));
            try {
                ConfigFile.describe(ConfigFile.read(file, SampleConfig.class, Map.of(), Map.of()));
            } catch (ConfigException problems) {
                refused++;
                assertThat(problems.problems()).isNotEmpty().allMatch(line -> line.startsWith(file + ":"));
            }
        }
        assertThat(refused).isBetween(1_000, 2_000);
    }

    private static String damaged(String yaml, Random random) {
        StringBuilder text = new StringBuilder(yaml);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length());
            char other = MARKS.charAt(random.nextInt(MARKS.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, other);
                default -> text.setCharAt(at, other);
            }
        }
        return text.toString();
    }
}

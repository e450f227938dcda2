package io.sluice.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shape of the house, kept by the build and not by memory. */
class HouseRulesTest {

    /** Main files over 400 lines, each with its reason. */
    private static final Map<String, String> LARGE_FILES = Map.of();

    private static final int LARGEST_FILE = 400;
    private static final Path ROOT = SluiceUnderTest.repository();

    private static JavaClasses house;

    @BeforeAll
    static void read() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.sluice");
        assertThat(house.size()).as("classes found").isGreaterThan(60);
    }

    @Test
    void importsPointDown() {
        rooms(
                "io.sluice.common",
                "io.siddhi..",
                "java.sql..",
                "javax.sql..",
                "io.sluice.siddhi..",
                "io.sluice.runner..",
                "io.sluice.gateway..",
                "io.sluice.websocket..",
                "io.sluice.kafka..",
                "io.sluice.cli..");
        rooms(
                "io.sluice.websocket",
                "io.siddhi..",
                "io.sluice.common..",
                "io.sluice.siddhi..",
                "io.sluice.runner..",
                "io.sluice.gateway..",
                "io.sluice.cli..",
                "com.fasterxml..");
        rooms(
                "io.sluice.kafka.embedded",
                "io.siddhi..",
                "io.sluice.common..",
                "io.sluice.siddhi..",
                "io.sluice.runner..",
                "io.sluice.gateway..",
                "io.sluice.cli..");
        rooms(
                "io.sluice.siddhi..",
                "io.sluice.common..",
                "io.sluice.runner..",
                "io.sluice.gateway..",
                "io.sluice.cli..",
                "io.sluice.kafka..");
        rooms(
                "io.sluice.siddhi.json..",
                "io.sluice.siddhi.kafka..",
                "io.sluice.siddhi.websocket..",
                "io.sluice.siddhi.http..");
        rooms(
                "io.sluice.siddhi.keyvalue..",
                "io.sluice.siddhi.json..",
                "io.sluice.siddhi.kafka..",
                "io.sluice.siddhi.rdbms..",
                "io.sluice.siddhi.websocket..",
                "io.sluice.siddhi.http..");
        rooms(
                "io.sluice.siddhi.http..",
                "io.sluice.siddhi.json..",
                "io.sluice.siddhi.kafka..",
                "io.sluice.siddhi.websocket..",
                "io.sluice.websocket..",
                "org.apache.kafka..");
        rooms(
                "io.sluice.siddhi.kafka..",
                "io.sluice.siddhi.json..",
                "io.sluice.siddhi.websocket..",
                "io.sluice.websocket..");
        rooms(
                "io.sluice.siddhi.websocket..",
                "io.sluice.siddhi.json..",
                "io.sluice.siddhi.kafka..",
                "org.apache.kafka..");
        rooms(
                "io.sluice.siddhi.rdbms..",
                "io.sluice.siddhi.json..",
                "io.sluice.siddhi.kafka..",
                "io.sluice.siddhi.websocket..",
                "org.apache.kafka..");
        rooms(
                "io.sluice.siddhi.kit..",
                "io.sluice.siddhi.rdbms..",
                "java.sql..",
                "io.sluice.siddhi.json..",
                "io.sluice.siddhi.kafka..",
                "io.sluice.siddhi.websocket..");
        rooms(
                "io.sluice.runner..",
                "io.sluice.gateway..",
                "io.sluice.cli..",
                "io.sluice.siddhi.json..",
                "io.sluice.siddhi.kafka..",
                "io.sluice.siddhi.rdbms..",
                "io.sluice.siddhi.websocket..",
                "org.apache.kafka..");
        rooms("io.sluice.runner", "io.vertx.ext.web..");
        rooms(
                "io.sluice.runner.state..",
                "io.sluice.runner",
                "io.sluice.runner.host..",
                "io.sluice.runner.checkpoint..",
                "io.sluice.runner.admin..",
                "java.sql..");
        rooms("io.sluice.runner.checkpoint..", "io.sluice.runner", "io.sluice.runner.admin..", "io.vertx.ext.web..");
        rooms("io.sluice.runner.host..", "io.sluice.runner.checkpoint..");
        rooms("io.sluice.runner.host..", "io.sluice.runner", "io.sluice.runner.admin..", "io.vertx.ext.web..");
        rooms("io.sluice.runner.host..", "io.sluice.runner.errors..");
        rooms(
                "io.sluice.gateway..",
                "io.siddhi..",
                "io.sluice.runner..",
                "io.sluice.siddhi..",
                "io.sluice.cli..",
                "org.apache.kafka..");
        for (String room : List.of("", ".api", ".auth", ".authorization", ".rest")) {
            rooms("io.sluice.gateway" + room, "java.sql..", "javax.sql..", "com.zaxxer..");
        }
        rooms(
                "io.sluice.gateway.accounts",
                "io.sluice.gateway",
                "io.sluice.gateway.api..",
                "io.sluice.gateway.auth..",
                "io.sluice.gateway.authorization..",
                "io.sluice.gateway.rest..",
                "io.vertx..");
        rooms(
                "io.sluice.gateway.auth",
                "io.sluice.gateway",
                "io.sluice.gateway.authorization..",
                "io.sluice.gateway.accounts..");
        rooms("io.sluice.gateway.rest", "io.sluice.gateway", "io.sluice.gateway.authorization..");
        rooms(
                "io.sluice.gateway.stream",
                "io.sluice.gateway",
                "io.sluice.gateway.authorization..",
                "io.sluice.gateway.rest..");
        rooms(
                "io.sluice.gateway.api",
                "io.sluice.gateway",
                "io.sluice.gateway.auth..",
                "io.sluice.gateway.authorization..",
                "io.sluice.gateway.rest..");
    }

    @Test
    void nothingStaticIsMutable() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.sluice..")
                .should(beConstant())
                .check(house);
    }

    @Test
    void classNamesSayWhatAThingIs() {
        Pattern banned = Pattern.compile(
                ".*(Manager|Helper|Utils?|Impl|Handler|Data|Info)|(Abstract|Base)[A-Z].*|I[A-Z][a-z].*");
        classes()
                .should(new ArchCondition<JavaClass>("have a name of the glossary") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        String name = type.getSimpleName();
                        boolean bad = banned.matcher(name).matches() && !name.matches("I[nst][a-z].*");
                        if (bad) {
                            events.add(SimpleConditionEvent.violated(
                                    type, type.getName() + ": the name is on the banned list"));
                        }
                    }
                })
                .check(house);
    }

    @Test
    void everySiddhiExtensionHasATestThatExtendsItsContract() throws IOException {
        List<JavaClass> extensions = house.stream()
                .filter(type -> type.isAnnotatedWith("io.siddhi.annotation.Extension"))
                .filter(type -> type.getPackageName().startsWith("io.sluice.siddhi"))
                .toList();
        assertThat(extensions).hasSizeGreaterThanOrEqualTo(8);
        for (JavaClass extension : extensions) {
            String tests = join(files(
                    ROOT.resolve("extensions"),
                    "src/test/java/" + extension.getPackageName().replace('.', '/'),
                    ".java"));
            String name = extension.getSimpleName();
            String expected =
                    name.endsWith("Mapper") // one test serves both directions: what one writes, the other reads
                            ? "class \\w*MapperContractTest extends MapperContract"
                            : "class " + name + "\\w*(IT|Test) extends \\w*Contract";
            assertThat(tests).as("a test of %s that extends a contract", name).containsPattern(expected);
        }
    }

    @Test
    void filesStaySmall() throws IOException {
        for (Path file : files(ROOT, "src/main/java", ".java")) {
            long lines = Files.readAllLines(file).size();
            String name = String.valueOf(file.getFileName());
            assertThat(lines)
                    .as("lines of %s (largest: %d)", ROOT.relativize(file), LARGEST_FILE)
                    .satisfies(count -> {
                        if (!LARGE_FILES.containsKey(name)) {
                            assertThat(count).isLessThanOrEqualTo(LARGEST_FILE);
                        }
                    });
        }
    }

    @Test
    void testsDoNotSleepForLuck() throws IOException {
        for (Path file : files(ROOT, "src/test/java", ".java")) {
            if (!file.endsWith("HouseRulesTest.java")) {
                assertThat(Files.readString(file))
                        .as("%s", ROOT.relativize(file))
                        .doesNotContain("Thread.sleep(", "org.mockito");
            }
        }
    }

    @Test
    void packagesSayWhatTheyAreForAndAreNullMarked() throws IOException {
        for (Path file : files(ROOT, "src/main/java", ".java")) {
            Path description = file.resolveSibling("package-info.java");
            assertThat(description).as("package of %s", ROOT.relativize(file)).exists();
            assertThat(Files.readString(description)).contains("@NullMarked", "/**");
        }
    }

    @Test
    void mainCodeNeverPrintsAStackTraceBesideTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.cli..", "io.sluice.benchmarks..")
                .should()
                .callMethod(Throwable.class, "printStackTrace")
                .check(house);
    }

    @Test
    void theReadmeFitsOnAFewScreens() throws IOException {
        List<String> readme = Files.readAllLines(ROOT.resolve("README.md"));

        assertThat(readme).hasSizeLessThan(150);
        assertThat(String.join("\n", readme.subList(0, 40))).contains("./sluice up", "mvn verify");
    }

    private static void rooms(String room, String... forbidden) {
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(house);
    }

    private static ArchCondition<JavaField> beConstant() {
        Set<String> mutable =
                Set.of("java.util.HashMap", "java.util.ArrayList", "java.util.concurrent.ConcurrentHashMap");
        return new ArchCondition<>("be final and hold nothing that changes") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                boolean constant = field.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
                        && !mutable.contains(field.getRawType().getName())
                        && !field.getRawType().getName().startsWith("java.util.concurrent.atomic")
                        && !field.getRawType().isAssignableTo(ThreadLocal.class);
                boolean generated = field.getName().contains("$")
                        || field.getOwner().getName().contains("jmh_generated");
                if (!constant && !generated) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is static and can change"));
                }
            }
        };
    }

    private static Collection<Path> files(Path root, String part, String ending) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(part))
                    .filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }

    private static String join(Collection<Path> files) {
        StringBuilder text = new StringBuilder();
        for (Path file : files) {
            try {
                text.append(Files.readString(file)).append('\n');
            } catch (IOException trouble) {
                throw new UncheckedIOException(trouble);
            }
        }
        return text.toString();
    }
}

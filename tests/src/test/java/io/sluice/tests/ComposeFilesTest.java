package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for the containers without starting one. */
class ComposeFilesTest {

    private static final Set<String> OURS = Set.of("gateway", "runner", "dataservice");

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.http.yaml"})
    void publishTheGatewayAlone(String file) {
        ComposeFiles.services(file).forEach((name, service) -> {
            List<String> ports = ComposeFiles.list(service.get("ports"));
            if (name.equals("gateway")) {
                assertThat(ports).containsExactly("127.0.0.1:8080:8080");
            } else {
                assertThat(ports).as(name).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.http.yaml"})
    void giveOurProcessesNoRights(String file) {
        Map<String, Map<String, Object>> services = ComposeFiles.services(file);
        assertThat(services).containsKeys(OURS.toArray(String[]::new));
        for (String name : OURS) {
            assertThat(services.get(name))
                    .as(name)
                    .containsEntry("read_only", true)
                    .containsEntry("cap_drop", List.of("ALL"))
                    .containsEntry("security_opt", List.of("no-new-privileges:true"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.http.yaml"})
    void nameEveryVersionAndKeepEverySecretInAFile(String file) {
        ComposeFiles.services(file).forEach((name, service) -> {
            String image = (String) service.get("image");
            assertThat(OURS.contains(name) || image.matches(".+:\\d+\\.\\d+.*"))
                    .as(image)
                    .isTrue();
            ComposeFiles.map(service.get("environment"))
                    .keySet()
                    .forEach(variable -> assertThat(variable).doesNotMatch("(?!.*_RANDOM_).*PASSWORD"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.http.yaml"})
    void mountNothingThatIsNotThere(String file) {
        Map<String, Object> volumes = ComposeFiles.map(ComposeFiles.load(file).get("volumes"));
        ComposeFiles.services(file).values().stream()
                .flatMap(service -> ComposeFiles.<String>list(service.get("volumes")).stream())
                .map(volume -> volume.split(":")[0])
                .forEach(source -> assertThat(
                                volumes.containsKey(source) || Files.exists(ComposeFiles.FOLDER.resolve(source)))
                        .as(source)
                        .isTrue());
    }

    @Test
    void theImageRunsAsNobodySpecialAndKnowsItsHealth() throws IOException {
        Path dockerfile = ComposeFiles.FOLDER.resolve("Dockerfile");
        assertThat(Files.readAllLines(dockerfile))
                .contains("USER 10001:10001")
                .anyMatch(line -> line.startsWith("HEALTHCHECK "))
                .noneMatch(line -> line.startsWith("FROM ") && !line.matches("FROM \\S+:\\d.*"));
        assertThat(Files.isExecutable(ComposeFiles.FOLDER.resolve("health"))).isTrue();
    }
}

package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/security.md are configurations that load. */
class SecurityPageTest {

    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "OTHER_SECRET", "a secret of ours",
            "BATCH_SECRET", "a secret of batch",
            "DB_PASSWORD", "x");

    @TempDir
    Path folder;

    @Test
    void everyExampleLoads() throws IOException {
        Matcher examples = YAML.matcher(Files.readString(Path.of("../docs/security.md")));
        int count = 0;
        while (examples.find()) {
            Path file = Files.writeString(folder.resolve("example.yaml"), examples.group(1));
            GatewayConfig config = ConfigFile.read(file, GatewayConfig.class, ENVIRONMENT);
            assertThat(config.issuers().size()
                            + config.authorizationServer().clients().size())
                    .isPositive();
            count++;
        }
        assertThat(count).isEqualTo(2);
    }
}

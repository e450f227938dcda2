package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceWriterTest {

    @TempDir
    Path folder;

    @Test
    void writesEverySettingWithTypeDefaultAndMeaning() {
        assertThat(ReferenceWriter.settings(SampleConfig.class)).isEqualTo("""
                        | key | type | default | meaning |
                        |---|---|---|---|
                        | `home` | path | `./data` | Folder of the state. |
                        | `listen.host` | text | `127.0.0.1` | Address. |
                        | `listen.port` | whole number | `8080` | Port \\| 0 is any. |
                        | `listen.idle-timeout` | duration | `30s` | Silence before the connection is closed. |
                        | `limits.max-body` | size | `1MiB` | Largest body. |
                        | `limits.share` | number | `0.5` | Share of all. |
                        | `limits.max-events` | whole number | `5_000_000_000` | Most events. |
                        | `limits.strict` | true or false | `true` | Whether to refuse. |
                        | `limits.when-full` | `wait`, `drop-oldest`, `disconnect` | `drop-oldest` | What happens when full. |
                        | `stores` | map of sections | `{}` | Named once, used by name. |
                        | `stores.<name>.url` | URI | required | Where it is. |
                        | `stores.<name>.user` | text | `sluice` | Who we are. |
                        | `stores.<name>.password` | secret text | none | How we prove it. |
                        | `stores.<name>.pool-size` | whole number | `10` | Connections. |
                        | `issuers` | list of sections | `[]` | Who may issue tokens. |
                        | `issuers[].issuer` | URI | required | Address of the issuer. |
                        | `issuers[].audience` | text | required | Our name in its tokens. |
                        | `tls` | section | none | Encryption; off without it. |
                        | `tls.certificate` | path | required | PEM file. |
                        | `tls.pin` | whole number | required | A number only we know. |
                        | `labels` | map of text | `{}` | Free text per name. |
                        | `folders` | list of path | `[siddhi-apps]` | Where to look. |
                        """);
    }

    @Test
    void writesEveryErrorOfAModule() {
        assertThat(ReferenceWriter.errors(CommonError.class)).isEqualTo("""
                        | code | status | title |
                        |---|---|---|
                        | `SLU-201` | 404 | Not found |
                        | `SLU-202` | 405 | Method not allowed |
                        | `SLU-901` | 500 | Internal error |
                        """);
    }

    @Test
    void writesAFileThatSetsNothing() throws IOException {
        String file = ReferenceWriter.yaml(SampleConfig.class, Map.of());

        assertThat(read(file)).isEqualTo(read(""));
        assertThat(file).contains("""
                listen:
                  # Address.
                  #host: 127.0.0.1
                """, """
                #stores:
                #  NAME:
                #    # Where it is.
                #    url: # URI, required
                """);
    }

    @Test
    void writesAFileThatSetsWhatItIsTold() throws IOException {
        String file = ReferenceWriter.yaml(SampleConfig.class, Map.of("listen.port", "9", "home", "/here"));

        assertThat(read(file).listen().port()).isEqualTo(9);
        assertThat(read(file).home()).isEqualTo(Path.of("/here"));
    }

    private SampleConfig read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("sample.yaml"), text);
        return ConfigFile.read(file, SampleConfig.class, Map.of(), Map.of());
    }
}

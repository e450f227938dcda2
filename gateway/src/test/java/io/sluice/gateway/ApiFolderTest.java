package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.sluice.gateway.api.StreamingApi;
import io.sluice.websocket.FanOut;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiFolderTest {

    private static final String GOOD = """
            name: productions
            context: productions
            version: 1.10
            upstream: ws://127.0.0.1:8025/productions
            scopes: [productions:read, "plant:7"]
            """;

    @TempDir
    Path folder;

    @Test
    void readsAnApiWithItsDefaults() throws IOException {
        write("productions.yaml", GOOD);

        StreamingApi api = (StreamingApi)
                ApiFolder.read(folder, Map.of()).find("productions").orElseThrow();

        assertThat(api.path()).isEqualTo("/productions/1.10");
        assertThat(api.upstream()).isEqualTo(URI.create("ws://127.0.0.1:8025/productions"));
        assertThat(api.scopes()).containsExactly("productions:read", "plant:7");
        assertThat(api.open()).isFalse();
        assertThat(api.queue()).isEqualTo(1024);
        assertThat(api.slowConsumer()).isEqualTo(FanOut.SlowConsumer.DISCONNECT);
    }

    @Test
    void readsWhatIsOptional() throws IOException {
        write("open.yml", """
                name: ticker
                description: Prices, delayed
                context: /markets/nasdaq
                version: v2
                upstream: ${TICKER:wss://ticker.example/live?all=1}
                public: true
                queue: 16
                slow-consumer: drop-oldest
                client-frames: ignore
                """);

        StreamingApi api =
                (StreamingApi) ApiFolder.read(folder, Map.of()).find("ticker").orElseThrow();

        assertThat(api.path()).isEqualTo("/markets/nasdaq/v2");
        assertThat(api.open()).isTrue();
        assertThat(api.queue()).isEqualTo(16);
        assertThat(api.slowConsumer()).isEqualTo(FanOut.SlowConsumer.DROP_OLDEST);
    }

    @Test
    void takesNoSettingOfOneApiFromTheEnvironment() throws IOException {
        write("productions.yaml", GOOD);

        assertThat(ApiFolder.read(folder, Map.of("SLUICE_NAME", "other", "SLUICE_PUBLIC", "true"))
                        .find("productions"))
                .isPresent();
    }

    @Test
    void servesTheGoodFileBesideABadOne() throws IOException {
        write("a-broken.yaml", "name: [");
        write("productions.yaml", GOOD);
        write(".hidden.yaml", "nonsense");
        write("notes.txt", "nonsense");

        ApiFolder read = ApiFolder.read(folder, Map.of());

        assertThat(read.apis()).containsOnlyKeys(folder.resolve("productions.yaml"));
        assertThat(read.problems()).containsOnlyKeys(folder.resolve("a-broken.yaml"));
    }

    @Test
    void namesBothFilesThatClaimOnePathOrName() throws IOException {
        write("a.yaml", GOOD);
        write("b.yaml", GOOD.replace("name: productions", "name: other"));
        write("c.yaml", GOOD.replace("version: 1.10", "version: 2.0"));

        ApiFolder read = ApiFolder.read(folder, Map.of());

        assertThat(read.apis()).containsOnlyKeys(folder.resolve("a.yaml"));
        assertThat(read.problems().get(folder.resolve("b.yaml")))
                .singleElement(STRING)
                .contains("b.yaml", "a.yaml", "/productions/1.10");
        assertThat(read.problems().get(folder.resolve("c.yaml")))
                .singleElement(STRING)
                .contains("c.yaml", "a.yaml", "'productions'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: productions|name: a b|name: 'a b'",
                "context: productions|context: a/../b|context: 'a/../b'",
                "context: productions|context: /a/|context: '/a/'",
                "context: productions|context: oauth2/x|belongs to the gateway",
                "version: 1.10|version: 1/0|version: '1/0'",
                "version: 1.10|version: ..|version: '..'",
                "upstream: ws://127.0.0.1:8025/productions|upstream: ftp://127.0.0.1|must start with 'ws://' or 'wss://' for a streaming API",
                "upstream: ws://127.0.0.1:8025/productions|upstream: ws:///x|must name a host",
                "upstream: ws://127.0.0.1:8025/productions|upstream: ws://u:secret@h/x|must have no user",
                "scopes: [productions:read, \"plant:7\"]|scopes: [\"a b\"]|'a b' is not a scope",
                "scopes: [productions:read, \"plant:7\"]|{scopes: [a], public: true}|cannot be public",
                "scopes: [productions:read, \"plant:7\"]|client-frames: forward|not possible yet",
                "scopes: [productions:read, \"plant:7\"]|queue: 0|between 1 and 65536",
                "scopes: [productions:read, \"plant:7\"]|slow-consumer: drop|disconnect",
                "scopes: [productions:read, \"plant:7\"]|scope: [a]|Did you mean 'scopes'?",
            })
    void refusesWhatCannotBeServed(String good, String bad, String problem) throws IOException {
        String lines = bad.startsWith("{") ? bad.substring(1, bad.length() - 1).replace("], ", "]\n") : bad;
        Path file = write("productions.yaml", GOOD.replace(good, lines));

        assertThat(ApiCheck.check(file))
                .singleElement(STRING)
                .contains("productions.yaml:", problem)
                .doesNotContain("secret");
    }

    @Test
    void reportsEveryProblemOfAFolderAtOnce() throws IOException {
        write("a.yaml", GOOD);
        write("b.yaml", GOOD);
        write("c.yaml", "name: c");

        assertThat(ApiCheck.check(folder)).hasSizeGreaterThanOrEqualTo(5); // two clashes, three missing keys
        assertThat(ApiCheck.check(folder.resolve("a.yaml"))).isEmpty();
        assertThat(ApiCheck.check(folder.resolve("none.yaml")))
                .singleElement(STRING)
                .contains("none.yaml", "no such file");
    }

    @Test
    void findsNothingInAFolderThatDoesNotExist() {
        ApiFolder read = ApiFolder.read(folder.resolve("none"), Map.of());

        assertThat(read.apis()).isEmpty();
        assertThat(read.problems()).isEmpty();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}

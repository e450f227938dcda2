package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.sluice.gateway.api.Operation;
import io.sluice.gateway.api.RestApi;
import io.sluice.gateway.api.StreamingApi;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    private static final String REST = """
            name: farms
            context: farms
            version: 1.0
            upstream: ${UPSTREAM:http://h}
            scopes: [farms:read]
            description: Farms
            operations:
              - {path: "/farms/{id}", methods: [GET, PUT], scopes: [farms:write]}
              - {path: /files/**, methods: [GET]}
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
        assertThat(api.slowConsumer()).isEqualTo(StreamingApi.SlowConsumer.DISCONNECT);
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
        assertThat(api.slowConsumer()).isEqualTo(StreamingApi.SlowConsumer.DROP_OLDEST);
    }

    @Test
    void refusesStreamSettingsThatContradictEachOther() throws IOException {
        write("a.yaml", GOOD + "slow-consumer: conflate\n");
        write("b.yaml", GOOD + "conflate-key: /k\n");
        write("c.yaml", GOOD + "claim-filters: [{field: region, claim: region}]\n");
        write(
                "d.yaml",
                "name: x\ncontext: x\nversion: 1\nupstream: ws://h/\npublic: true\n"
                        + "claim-filters: [{field: /region, claim: region}]\n");
        write("e.yaml", GOOD + "replay: {events: 0}\n");

        assertThat(ApiFolder.read(folder, Map.of()).problems().values())
                .extracting(problems -> String.join(" ", problems))
                .satisfiesExactlyInAnyOrder(
                        text -> assertThat(text).contains("a.yaml", "conflate-key", "slow-consumer: conflate"),
                        text -> assertThat(text).contains("b.yaml", "conflate-key"),
                        text -> assertThat(text).contains("c.yaml", "'region' is no JSON pointer"),
                        text -> assertThat(text).contains("d.yaml", "claim-filters", "public"),
                        text -> assertThat(text).contains("e.yaml", "replay.events", "between 1 and 1000000"));
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
    void readsARestApiWithItsDefaults() throws IOException {
        write("farms.yaml", REST);

        RestApi api = (RestApi) ApiFolder.read(folder, Map.of("UPSTREAM", "https://h/base"))
                .find("farms")
                .orElseThrow();

        assertThat(api.path()).isEqualTo("/farms/1.0");
        assertThat(api.upstream()).isEqualTo(URI.create("https://h/base"));
        assertThat(api.operations()).extracting(Operation::path).containsExactly("/farms/{id}", "/files/**");
        assertThat(api.allScopes()).containsExactly("farms:read", "farms:write");
        assertThat(api.timeouts().firstByte()).isEqualTo(Duration.ofSeconds(30));
        assertThat(api.limits().request().bytes()).isEqualTo(10 << 20);
        assertThat(api.limits().response()).isNull();
        assertThat(api.cors()).isNull();
        assertThat(api.identityHeader()).isNull();
        assertThat(api.forwardToken() || api.preserveHost() || api.trustForwarded() || api.open())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "queue: 5|:10: queue: unknown key",
                "client-frames: ignore|unknown key",
                "public: true|cannot be public",
                "timeouts: {first-byte: 1ms}|:10: timeouts.first-byte: must be between 50ms and 600s",
                "timeouts: {conect: 1s}|Did you mean 'connect'?",
                "retries: {attempts: 9}|retries.attempts: 9 must be between 0 and 5",
                "breaker: {failures: 0}|breaker.failures: 0 must be between 1 and 1000",
                "limits: {request: 5}|is not a size",
                "cors: {origins: []}|must name at least one origin",
                "cors: {origins: ['https://*.example']}|scheme, host and port in lower case",
                "cors: {origins: ['https://App.example']}|scheme, host and port in lower case",
                "cors: {origins: ['https://app.example/']}|scheme, host and port in lower case",
                "cors: {origins: ['*', 'http://a']}|must stand alone",
                "cors: {origins: ['*'], credentials: true}|cannot be true for the origin '*'",
                "identity-header: {name: Authorization}|must be a header of your own",
                "identity-header: {name: X-Forwarded-For}|must be a header of your own",
                "identity-header: {claims: [sub]}|'sub' is set by the gateway",
            })
    void refusesARestApiThatCannotBeServed(String line, String problem) throws IOException {
        Path file = write("farms.yaml", REST.replace("${UPSTREAM:http://h}", "http://h") + line + "\n");

        assertThat(ApiCheck.check(file)).singleElement(STRING).contains("farms.yaml:", problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "path: /files/**, methods: [GET]|path: files, methods: [GET]|operations[1].path: 'files' must be segments",
                "path: /files/**, methods: [GET]|path: /a/../b, methods: [GET]|must be segments",
                "path: /files/**, methods: [GET]|path: '/a b', methods: [GET]|must be segments",
                "path: /files/**, methods: [GET]|path: /files, methods: []|must name at least one method",
                "path: /files/**, methods: [GET]|path: /files, methods: [TRACE]|other than TRACE and CONNECT",
                "path: /files/**, methods: [GET]|path: /files, methods: [get]|method in capitals",
                "path: /files/**, methods: [GET]|path: '/farms/{x}', methods: [PUT]|:9: operations[1].path: 'PUT /farms/{x}' is declared by operations[0]",
            })
    void refusesAnOperationThatCannotBeMatched(String good, String bad, String problem) throws IOException {
        Path file = write(
                "farms.yaml", REST.replace("${UPSTREAM:http://h}", "http://h").replace(good, bad));

        assertThat(ApiCheck.check(file)).singleElement(STRING).contains("farms.yaml:", problem);
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

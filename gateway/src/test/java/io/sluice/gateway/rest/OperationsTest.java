package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ConfigFile;
import io.sluice.gateway.api.RestApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationsTest {

    @TempDir
    Path folder;

    @Test
    void findsTheMostSpecialPath() throws IOException {
        Operations operations = operations("""
                scopes: [all]
                operations:
                  - {path: "/**", methods: [GET], scopes: [rest]}
                  - {path: "/farms/{id}", methods: [GET, DELETE], scopes: [one]}
                  - {path: "/farms/{farm}", methods: [PUT], scopes: [put]}
                  - {path: /farms/secret, methods: [GET], scopes: [secret]}
                  - {path: "/farms/{id}/fields", methods: [POST]}
                """);

        assertThat(operations.find("GET", List.of("farms", "secret"))).isEqualTo(found("all", "secret"));
        assertThat(operations.find("GET", List.of("farms", "7"))).isEqualTo(found("all", "one"));
        assertThat(operations.find("HEAD", List.of("farms", "7"))).isEqualTo(found("all", "one"));
        assertThat(operations.find("PUT", List.of("farms", "7"))).isEqualTo(found("all", "put"));
        assertThat(operations.find("GET", List.of("farms", ""))).isEqualTo(found("all", "rest")); // no empty names
        assertThat(operations.find("GET", List.of())).isEqualTo(found("all", "rest"));
        assertThat(operations.find("POST", List.of("farms", "7", "fields"))).isEqualTo(found("all"));
        assertThat(operations.find("DELETE", List.of("farms", "secret")))
                .isEqualTo(new Operations.Match.NoMethod(Set.of("GET", "HEAD"))); // the general path opens nothing
    }

    @Test
    void knowsNothingThatIsNotDeclared() throws IOException {
        Operations operations = operations("operations: [{path: /, methods: [GET]}, {path: /a, methods: [POST]}]");

        assertThat(operations.find("GET", List.of())).isEqualTo(found());
        assertThat(operations.find("GET", List.of("b"))).isEqualTo(new Operations.Match.NoPath());
        assertThat(operations.find("GET", List.of("a", ""))).isEqualTo(new Operations.Match.NoPath());
        assertThat(operations.find("GET", List.of("a"))).isEqualTo(new Operations.Match.NoMethod(Set.of("POST")));
    }

    @Test
    void allowsEverythingButTraceAndConnectWhereNothingIsDeclared() throws IOException {
        Operations operations = operations("scopes: [all]");

        assertThat(operations.find("REPORT", List.of("any", "where"))).isEqualTo(found("all"));
        assertThat(operations.find("TRACE", List.of())).isInstanceOf(Operations.Match.NoMethod.class);
        assertThat(operations.find("CONNECT", List.of())).isInstanceOf(Operations.Match.NoMethod.class);
    }

    private static Operations.Match found(String... scopes) {
        return new Operations.Match.Found(List.of(scopes));
    }

    private Operations operations(String lines) throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.yaml"), "name: a\ncontext: a\nversion: 1\nupstream: http://h\n" + lines);
        return new Operations(ConfigFile.read(file, RestApi.class, Map.of()));
    }
}

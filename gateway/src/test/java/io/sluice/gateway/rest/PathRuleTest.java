package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ConfigFile;
import io.sluice.gateway.api.RestApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRuleTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "http://h:1/base, true, /a/1/x?q=1, /base/x?q=1",
        "http://h:1/base/, true, /a/1/x, /base/x",
        "http://h:1, true, /a/1, /",
        "http://h:1, true, /a/1/, /",
        "http://h:1/base, false, /a/1/x, /base/a/1/x"
    })
    void putsThePathBehindTheUpstreams(String upstream, boolean strip, String asked, String forwarded)
            throws IOException {
        assertThat(rule(upstream, strip).toUpstream(RequestTarget.parse(asked, "h")))
                .isEqualTo(forwarded);
    }

    @ParameterizedTest
    @CsvSource({
        "http://h:1/base, true, http://h:1/base/x?q, /a/1/x?q",
        "http://h:1/base, true, /base/x, /a/1/x",
        "http://h:1/base, true, /base, /a/1",
        "http://h:1/base, true, /baseline, /baseline",
        "http://h:1/base, true, http://h:10/base/x, http://h:10/base/x",
        "http://h:1/base, true, //h:1/base/x, //h:1/base/x",
        "http://h:1/base, true, x/y, x/y",
        "http://h:1/base, true, https://other/z, https://other/z",
        "http://h:1, true, http://h:1, /a/1",
        "http://h:1, true, /x, /a/1/x",
        "http://h:1/base, false, /base/a/1/x, /a/1/x"
    })
    void tellsClientsWhereTheyFindIt(String upstream, boolean strip, String location, String told) throws IOException {
        assertThat(rule(upstream, strip).toClient(location)).isEqualTo(told);
    }

    private PathRule rule(String upstream, boolean strip) throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.yaml"),
                "name: a\ncontext: a\nversion: 1\nupstream: " + upstream + "\nstrip-path: " + strip);
        return new PathRule(ConfigFile.read(file, RestApi.class, Map.of()));
    }
}

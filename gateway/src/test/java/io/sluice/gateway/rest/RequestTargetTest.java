package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ProblemException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/, /",
        "/a/, /a/",
        "/%61%7e/%2D, /a~/-",
        "/caf%c3%a9, /caf%C3%A9",
        "/a%20b, /a%20b",
        "/100%25, /100%25",
        "/a:b@c!$&'()*+, /a:b@c!$&'()*+",
        "/a...b/.c/..d, /a...b/.c/..d",
        "http://h:80/a, /a",
        "HTTP://h:80/a, /a"
    })
    void bringsAPathIntoItsNormalForm(String given, String normal) {
        assertThat(RequestTarget.parse(given, "h:80").path()).isEqualTo(normal);
    }

    @Test
    void leavesTheQueryAsItIs() {
        RequestTarget target = RequestTarget.parse("/a?x=%2F..%252e&access_token=1?;{}", "h");

        assertThat(target.query()).isEqualTo("x=%2F..%252e&access_token=1?;{}");
        assertThat(target.hasParameter("access_token")).isTrue();
        assertThat(target.hasParameter("token")).isFalse();
        assertThat(RequestTarget.parse("/a?", "h").query()).isEmpty();
        assertThat(RequestTarget.parse("/a", "h").query()).isNull();
    }

    @Test
    void tellsTheDecodedSegmentsBelowAPrefix() {
        assertThat(RequestTarget.parse("/api/a%20b/c+d", "h").segmentsBelow("/api"))
                .containsExactly("a b", "c+d");
        assertThat(RequestTarget.parse("/api", "h").segmentsBelow("/api")).isEmpty();
        assertThat(RequestTarget.parse("/api/", "h").segmentsBelow("/api")).containsExactly("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "*",
                "h:80",
                "http://h",
                "http://other/a",
                "http://u@h/a",
                "https:/a",
                "//a",
                "/a//",
                "/%2E%2e",
                "/a%2",
                "/\u00e9"
            })
    void refusesWhatCanBeReadInTwoWays(String target) {
        assertThatThrownBy(() -> RequestTarget.parse(target, "h"))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("the request target is refused");
    }

    /** However it is written, what is let through means one path: decoding it once or twice, or resolving its dots, changes no segment. */
    @Property
    void letsNothingThroughThatMeansTwoPaths(@ForAll("paths") String given) {
        String path;
        try {
            path = RequestTarget.parse(given, "h").path();
        } catch (ProblemException refused) {
            return;
        }
        List<String> once = Arrays.asList(decode(path).split("/", -1));
        List<String> twice = Arrays.asList(decodeLeniently(decode(path)).split("/", -1));
        assertThat(once).hasSameSizeAs(path.split("/", -1)).doesNotContain(".", "..");
        assertThat(twice).hasSameSizeAs(once).doesNotContain(".", "..");
        assertThat(URI.create(path).normalize().getRawPath()).isEqualTo(path);
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of(
                        "/", ".", "%2e", "%2F", "%5c", "%25", "25", "2e", "2F", ";", "a", "b", "%", "\\", "%00", "%41",
                        "+")
                .list()
                .ofMaxSize(10)
                .map(parts -> "/" + String.join("", parts));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String decodeLeniently(String text) {
        return decode(text.replaceAll("%(?![0-9A-Fa-f]{2})", "%25"));
    }
}

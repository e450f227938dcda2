package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

    private static final List<String> KEYS = List.of("host", "port", "idle-timeout");

    @Test
    void findsTheNameWithTwoLettersSwapped() {
        assertThat(NearestName.of("prot", KEYS)).contains("port");
    }

    @Test
    void findsCamelCaseForKebabCase() {
        assertThat(NearestName.of("idleTimeout", KEYS)).contains("idle-timeout");
    }

    @Test
    void prefersTheNearerOfTwo() {
        assertThat(NearestName.of("post", List.of("host", "ports", "port"))).contains("host");
        assertThat(NearestName.of("ports", List.of("host", "port"))).contains("port");
    }

    @Test
    void findsNothingThatIsTooFar() {
        assertThat(NearestName.of("something-else", KEYS)).isEmpty();
        assertThat(NearestName.of("x", List.of())).isEmpty();
    }
}

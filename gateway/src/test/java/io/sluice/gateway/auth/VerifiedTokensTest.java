package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final VerifiedTokens tokens = new VerifiedTokens(2);

    @Test
    void forgetsTheTokenThatWasNotUsedForLongest() {
        tokens.put("a", active(60), NOW);
        tokens.put("b", active(60), NOW);
        tokens.find("a", NOW);

        tokens.put("c", active(60), NOW);

        assertThat(tokens.find("b", NOW)).isNull();
        assertThat(tokens.find("a", NOW)).isNotNull();
        assertThat(tokens.find("c", NOW)).isNotNull();
        assertThat(tokens.size()).isEqualTo(2);
    }

    @Test
    void neverKeepsATokenBeyondItsExpiry() {
        tokens.put("a", active(10), NOW);

        assertThat(tokens.find("a", NOW.plusSeconds(9))).isNotNull();
        assertThat(tokens.find("a", NOW.plusSeconds(10))).isNull();
        assertThat(tokens.size()).isZero();
    }

    @Test
    void tellsTokensApartByTheirWholeText() {
        assertThat(VerifiedTokens.key("a.b.c"))
                .isNotEqualTo(VerifiedTokens.key("a.b.d"))
                .hasSize(44);
    }

    private static TokenVerdict.Active active(int seconds) {
        Principal principal = new Principal("issuer", "alice", "app", Set.of(), Map.of());
        return new TokenVerdict.Active(principal, NOW.plusSeconds(seconds));
    }
}

package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityHeaderTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Secret SECRET = new Secret("a secret both sides hold, thirty-two or more");

    private final IdentityHeader header = at(NOW);

    @Test
    void givesBackTheClaims() {
        String text = header.sign(Map.of("sub", "ann", "scope", "a b"), Duration.ofSeconds(30));

        assertThat(header.verify(text)).containsEntry("sub", "ann").containsEntry("scope", "a b");
    }

    @Test
    void overridesAnAudienceAndAnEndAmongTheClaims() {
        String text = header.sign(Map.of("aud", "other", "exp", 1), Duration.ofSeconds(30));

        assertThat(header.verify(text)).containsEntry("aud", IdentityHeader.AUDIENCE);
    }

    @Test
    void isGoodUntilItsEndAndNotAtIt() {
        String text = header.sign(Map.of("sub", "ann"), Duration.ofSeconds(30));

        assertThat(at(NOW.plusSeconds(29)).verify(text)).containsEntry("sub", "ann");
        assertThatThrownBy(() -> at(NOW.plusSeconds(30)).verify(text)).hasMessage("is expired");
    }

    @Test
    void refusesALongLife() {
        String text = header.sign(Map.of(), IdentityHeader.MAX_LIFETIME.plusSeconds(1));

        assertThatThrownBy(() -> header.verify(text)).hasMessage("is valid for longer than 120s");
    }

    @Test
    void refusesAnotherSecret() {
        String text = new IdentityHeader(new Secret("x".repeat(32)), Clock.fixed(NOW, ZoneOffset.UTC))
                .sign(Map.of(), Duration.ofSeconds(30));

        assertThatThrownBy(() -> header.verify(text)).hasMessage("is not signed with the secret of this service");
    }

    @Test
    void refusesOtherClaimsUnderAGoodSignature() {
        String[] parts =
                header.sign(Map.of("sub", "ann"), Duration.ofSeconds(30)).split("\\.");
        String forged = parts[0] + "." + encode("{\"sub\":\"root\"}") + "." + parts[2];

        assertThatThrownBy(() -> header.verify(forged)).hasMessage("is not signed with the secret of this service");
    }

    @Test
    void refusesAHeaderThatNamesNoAlgorithm() {
        String[] parts = header.sign(Map.of(), Duration.ofSeconds(30)).split("\\.");

        assertThatThrownBy(() -> header.verify(encode("{\"alg\":\"none\"}") + "." + parts[1] + "."))
                .hasMessage("is not a signed identity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "Bearer x", "\u0000", "é.é.é"})
    void refusesWhatIsNoIdentity(String text) {
        assertThatThrownBy(() -> header.verify(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("is not a signed identity");
    }

    @Test
    void refusesASignatureThatIsNotBase64() {
        String text = header.sign(Map.of(), Duration.ofSeconds(30));
        String broken = text.substring(0, text.lastIndexOf('.') + 1) + "*";

        assertThatThrownBy(() -> header.verify(broken)).hasMessage("is not base64url");
    }

    @Test
    void refusesALongHeaderUnread() {
        String text = header.sign(Map.of("sub", "a".repeat(9000)), Duration.ofSeconds(30));

        assertThatThrownBy(() -> header.verify(text)).hasMessage("is not a signed identity");
    }

    @Test
    void needsASecretOf32Characters() {
        assertThatThrownBy(() -> new IdentityHeader(new Secret("x".repeat(31)), Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static IdentityHeader at(Instant now) {
        return new IdentityHeader(SECRET, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

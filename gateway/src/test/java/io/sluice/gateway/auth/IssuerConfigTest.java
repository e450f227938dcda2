package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.InvalidSetting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerConfigTest {

    private static final List<String> AUDIENCE = List.of("sluice");
    private static final List<String> ALGORITHMS = List.of("RS256");
    private static final Duration SKEW = Duration.ofSeconds(5);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://issuer.example",
                "https://issuer.example/tenant/",
                "http://127.0.0.1:8080",
                "http://localhost:1",
                "http://[::1]:8080",
                "http://127.9.9.9"
            })
    void acceptsHttpsAnywhereAndHttpOnLoopback(String issuer) {
        IssuerConfig config = new IssuerConfig(issuer, AUDIENCE, URI.create(issuer), ALGORITHMS, false, SKEW);

        assertThat(config.issuer()).isEqualTo(issuer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://issuer.example", "http://127.0.0.1.evil.example", "http://localhost.evil.example", "issuer",
                "", "ftp://127.0.0.1", "https://user:secret@issuer.example", "https://issuer.example#part",
                "https://issuer.example?tenant=1", "https://issuer .example", "file:///etc/passwd", "https:///path",
                "http://10.0.0.1"
            })
    void refusesOtherIssuers(String issuer) {
        refused("issuer", () -> new IssuerConfig(issuer, AUDIENCE, null, ALGORITHMS, false, SKEW));
    }

    @Test
    void refusesAnUnsafeKeyAddress() {
        URI unsafe = URI.create("http://keys.example/jwks");

        refused("jwks-uri", () -> new IssuerConfig("https://a.example", AUDIENCE, unsafe, ALGORITHMS, false, SKEW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "rs256", "EdDSA", "RSA-OAEP", ""})
    void refusesAlgorithmsThatAreUnknownOrSymmetric(String algorithm) {
        refused(
                "algorithms",
                () -> new IssuerConfig("https://a.example", AUDIENCE, null, List.of(algorithm), false, SKEW));
    }

    @Test
    void refusesEmptyListsAndTooMuchSkew() {
        refused("algorithms", () -> new IssuerConfig("https://a.example", AUDIENCE, null, List.of(), false, SKEW));
        refused("audience", () -> new IssuerConfig("https://a.example", List.of(), null, ALGORITHMS, false, SKEW));
        refused("audience", () -> new IssuerConfig("https://a.example", List.of(" "), null, ALGORITHMS, false, SKEW));
        Duration tooMuch = Duration.ofSeconds(61);
        refused("clock-skew", () -> new IssuerConfig("https://a.example", AUDIENCE, null, ALGORITHMS, false, tooMuch));
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example, https://a.example/.well-known/oauth-authorization-server",
        "https://a.example/, https://a.example/.well-known/oauth-authorization-server",
        "https://a.example:8443/t/1, https://a.example:8443/.well-known/oauth-authorization-server/t/1",
        "https://a.example/t/, https://a.example/.well-known/oauth-authorization-server/t",
        "http://[::1]:80/t, http://[::1]:80/.well-known/oauth-authorization-server/t"
    })
    void putsTheWellKnownPartBeforeThePath(String issuer, String metadata) {
        assertThat(IssuerDocuments.metadataAddress(issuer)).hasToString(metadata);
    }

    private static void refused(String key, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        InvalidSetting.class,
                        refused -> assertThat(refused.key()).isEqualTo(key));
    }
}

package io.sluice.gateway.auth;

import static io.sluice.gateway.auth.TokenForge.claims;
import static io.sluice.gateway.auth.TokenForge.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.auth.KeySource.Keys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {

    private static final TokenForge FORGE = new TokenForge();
    private static final String START = "2026-01-01T00:00:00Z";

    private final FakeClock clock = FakeClock.at(START);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final JwtVerifier verifier = verifierOf(trusting(false, FORGE.rsa.toPublicJWK(), FORGE.ec.toPublicJWK()));

    static Stream<Arguments> hostileTokens() throws JOSEException {
        return HostileTokens.corpus(FORGE, Instant.parse(START)).stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileTokens")
    void refuses(String name, String token, String reason) {
        TokenVerdict verdict = verdictOn(token);

        assertThat(verdict).as(name).isInstanceOf(TokenVerdict.Inactive.class);
        assertThat(((TokenVerdict.Inactive) verdict).reason()).contains(reason).doesNotContain("alice", "admin");
    }

    @Test
    void hasALargeCorpusOfHostileTokens() throws JOSEException {
        assertThat(hostileTokens()).hasSizeGreaterThan(90);
    }

    static Stream<Arguments> goodTokens() {
        Instant now = Instant.parse(START);
        JsonObject noKeyId = FORGE.rsaHeader();
        noKeyId.remove("kid");
        JsonObject foreignKeys = FORGE.rsaHeader()
                .put("jku", "http://127.0.0.1:1/")
                .put("x5u", 5)
                .put("jwk", "x");
        return Stream.of(
                Arguments.of("RS256", FORGE.good(now)),
                Arguments.of("ES256", FORGE.es256(header("ES256", "ec-1"), claims(now))),
                Arguments.of("PS256", FORGE.ps256(claims(now))),
                Arguments.of("long typ", FORGE.rs256(FORGE.rsaHeader().put("typ", "application/at+jwt"), claims(now))),
                Arguments.of("typ in capitals", FORGE.rs256(FORGE.rsaHeader().put("typ", "AT+JWT"), claims(now))),
                Arguments.of("no kid", FORGE.rs256(noKeyId, claims(now))),
                Arguments.of("key members that are ignored", FORGE.rs256(foreignKeys, claims(now))),
                Arguments.of(
                        "audience array",
                        FORGE.rs256(
                                FORGE.rsaHeader(),
                                claims(now)
                                        .put("aud", new JsonArray().add("other").add("sluice")))),
                Arguments.of(
                        "fractional times",
                        FORGE.rs256(
                                FORGE.rsaHeader(),
                                claims(now)
                                        .put("exp", now.getEpochSecond() + 300.5)
                                        .put("iat", now.getEpochSecond() - 0.5))),
                Arguments.of(
                        "nbf within the skew",
                        FORGE.rs256(FORGE.rsaHeader(), claims(now).put("nbf", now.getEpochSecond() + 5))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goodTokens")
    void accepts(String name, String token) {
        TokenVerdict.Active active = activeOn(token);

        assertThat(active.expiresAt()).as(name).isEqualTo(clock.instant().plusSeconds(300));
        assertThat(active.principal().issuer()).isEqualTo(TokenForge.ISSUER);
        assertThat(active.principal().subject()).isEqualTo("alice");
        assertThat(active.principal().clientId()).isEqualTo("app");
        assertThat(active.principal().scopes()).containsExactlyInAnyOrder("orders:read", "orders:write");
        assertThat(active.principal().claims()).containsEntry("jti", "f3b0");
    }

    @Test
    void givesNoScopesToATokenWithoutTheClaim() {
        JsonObject claims = claims(clock.instant());
        claims.remove("scope");

        assertThat(activeOn(FORGE.rs256(FORGE.rsaHeader(), claims)).principal().scopes())
                .isEmpty();
    }

    @Test
    void endsARememberedTokenAtItsExpiry() {
        String token = FORGE.rs256(
                FORGE.rsaHeader(),
                claims(clock.instant()).put("exp", clock.instant().getEpochSecond() + 10));

        activeOn(token);
        clock.advance(Duration.ofMillis(9_999));
        activeOn(token);
        clock.advance(Duration.ofMillis(1));

        assertThat(verdictOn(token)).isEqualTo(new TokenVerdict.Inactive("the token is expired"));
    }

    @Test
    void checksTheSignatureOfARememberedTokenAgainAfterAMinute() {
        List<JWK> keys = new ArrayList<>(List.of(FORGE.rsa.toPublicJWK()));
        JwtVerifier withdrawing = verifierOf(trusting(false, keys));
        String token = FORGE.good(clock.instant());
        assertThat(verdictOn(withdrawing, token)).isInstanceOf(TokenVerdict.Active.class);

        keys.clear();
        clock.advance(VerifiedTokens.KEPT_FOR.minusMillis(1));
        TokenVerdict before = verdictOn(withdrawing, token);
        clock.advance(Duration.ofMillis(1));
        TokenVerdict after = verdictOn(withdrawing, token);

        assertThat(before).isInstanceOf(TokenVerdict.Active.class);
        assertThat(after).isInstanceOf(TokenVerdict.Inactive.class);
    }

    @Test
    void countsResultsAndAnswersTheSecondTimeFromMemory() {
        String token = FORGE.good(clock.instant());

        activeOn(token);
        activeOn(token);
        verdictOn("no token");

        assertThat(checks("active")).isEqualTo(1);
        assertThat(checks("cached")).isEqualTo(1);
        assertThat(checks("inactive")).isEqualTo(1);
        assertThat(meters.get("gateway.token.cached").gauge().value()).isEqualTo(1);
    }

    @Test
    void refusesATokenOfOneIssuerSignedWithTheKeyOfAnother() {
        TokenForge other = new TokenForge();
        TrustedIssuer second = new TrustedIssuer(
                () -> "https://second.example",
                Set.of("sluice"),
                Set.of("RS256"),
                false,
                Duration.ZERO,
                new LocalKeys(List.of(other.rsa.toPublicJWK())));
        JwtVerifier both = verifierOf(trusting(false, FORGE.rsa.toPublicJWK()), second);
        JsonObject asSecond = claims(clock.instant()).put("iss", "https://second.example");

        assertThat(verdictOn(both, other.rs256(other.rsaHeader(), asSecond))).isInstanceOf(TokenVerdict.Active.class);
        assertThat(verdictOn(both, other.good(clock.instant()))).isInstanceOf(TokenVerdict.Inactive.class);
        assertThat(verdictOn(both, FORGE.rs256(FORGE.rsaHeader(), asSecond))).isInstanceOf(TokenVerdict.Inactive.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "", "at+jwt"})
    void acceptsPlainJwtOfAnIssuerThatIsKnownToSendThem(String type) {
        JwtVerifier tolerant = verifierOf(trusting(true, FORGE.rsa.toPublicJWK()));
        JsonObject header = FORGE.rsaHeader().put("typ", type);
        JsonObject claims = claims(clock.instant()).put("azp", "portal");
        claims.remove("client_id");
        claims.remove("jti");
        if (type.isEmpty()) {
            header.remove("typ");
        }

        TokenVerdict verdict = verdictOn(tolerant, FORGE.rs256(header, claims));

        assertThat(verdict).isInstanceOf(TokenVerdict.Active.class);
        assertThat(((TokenVerdict.Active) verdict).principal().clientId()).isEqualTo("portal");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dpop+jwt", "id_token"})
    void refusesOtherTypesEvenOfATolerantIssuer(String type) {
        JwtVerifier tolerant = verifierOf(trusting(true, FORGE.rsa.toPublicJWK()));

        assertThat(verdictOn(tolerant, FORGE.rs256(FORGE.rsaHeader().put("typ", type), claims(clock.instant()))))
                .isInstanceOf(TokenVerdict.Inactive.class);
    }

    static Stream<Arguments> keysThatMayNotVerify() throws JOSEException {
        RSAKey key = FORGE.rsa.toPublicJWK();
        Algorithm other = JWSAlgorithm.PS256;
        return Stream.of(
                Arguments.of(
                        "use enc",
                        new RSAKey.Builder(key).keyUse(KeyUse.ENCRYPTION).build()),
                Arguments.of(
                        "key_ops without verify",
                        new RSAKey.Builder(key)
                                .keyUse(null)
                                .keyOperations(Set.of(KeyOperation.SIGN))
                                .build()),
                Arguments.of(
                        "another algorithm",
                        new RSAKey.Builder(key).algorithm(other).build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keysThatMayNotVerify")
    void refusesASignatureByAKeyThatMayNotVerify(String name, JWK key) {
        JwtVerifier strict = verifierOf(trusting(false, key));

        assertThat(verdictOn(strict, FORGE.good(clock.instant()))).as(name).isInstanceOf(TokenVerdict.Inactive.class);
    }

    @Test
    void refusesAnRsaKeyOfLessThan2048Bits() throws JOSEException {
        RSAKey weak = new RSAKeyGenerator(1024, true).keyID("rsa-1").generate();
        JwtVerifier strict = verifierOf(trusting(false, weak.toPublicJWK()));
        String token = TokenForge.rs256(
                FORGE.rsaHeader().encode(), claims(clock.instant()).encode(), weak);

        assertThat(verdictOn(strict, token)).isInstanceOf(TokenVerdict.Inactive.class);
    }

    @Test
    void isUnavailableWhenTheKeysAre() {
        Keys down = new Keys.Unavailable("down", Duration.ofSeconds(3));
        JwtVerifier blind = verifierOf(trusting(keyId -> Future.succeededFuture(down)));

        assertThat(verdictOn(blind, FORGE.good(clock.instant())))
                .isEqualTo(new TokenVerdict.Unavailable("down", Duration.ofSeconds(3)));
    }

    @Test
    void isUnavailableAndDoesNotThrowWhenAKeySourceBreaksItsContract() {
        JwtVerifier broken = verifierOf(trusting(keyId -> {
            throw new IllegalStateException("bug");
        }));
        JwtVerifier failing = verifierOf(trusting(keyId -> Future.failedFuture("bug")));

        assertThat(verdictOn(broken, FORGE.good(clock.instant()))).isInstanceOf(TokenVerdict.Unavailable.class);
        assertThat(verdictOn(failing, FORGE.good(clock.instant()))).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    private TokenVerdict verdictOn(String token) {
        return verdictOn(verifier, token);
    }

    private static TokenVerdict verdictOn(JwtVerifier verifier, String token) {
        Future<TokenVerdict> verdict = verifier.verify(token);
        assertThat(verdict.succeeded()).isTrue();
        return verdict.result();
    }

    private TokenVerdict.Active activeOn(String token) {
        TokenVerdict verdict = verdictOn(token);
        assertThat(verdict).isInstanceOf(TokenVerdict.Active.class);
        return (TokenVerdict.Active) verdict;
    }

    private double checks(String result) {
        return meters.get("gateway.token.checks")
                .tag("result", result)
                .counter()
                .count();
    }

    private JwtVerifier verifierOf(TrustedIssuer... issuers) {
        return new JwtVerifier(List.of(issuers), clock, meters);
    }

    private static TrustedIssuer trusting(boolean acceptTypJwt, JWK... keys) {
        return trusting(acceptTypJwt, List.of(keys));
    }

    private static TrustedIssuer trusting(boolean acceptTypJwt, List<JWK> keys) {
        return issuer(acceptTypJwt, new LocalKeys(keys));
    }

    private static TrustedIssuer trusting(KeySource keys) {
        return issuer(false, keys);
    }

    private static TrustedIssuer issuer(boolean acceptTypJwt, KeySource keys) {
        IssuerConfig config = new IssuerConfig(
                TokenForge.ISSUER,
                List.of(TokenForge.AUDIENCE),
                null,
                List.of("RS256", "ES256", "PS256"),
                acceptTypJwt,
                Duration.ofSeconds(5));
        return TrustedIssuer.of(config, keys);
    }
}

package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The header that tells the upstream who calls. */
class RestIdentityIT {

    private static final String HEADER = "x-sluice-identity";

    @TempDir
    Path apis;

    @TempDir
    Path home;

    private RestFixture rest;

    @BeforeEach
    void prepare() throws Exception {
        rest = new RestFixture(apis);
    }

    @AfterEach
    void close() throws Exception {
        rest.close();
    }

    @Test
    void saysWhoCallsSoThatTheUpstreamCanVerifyItAndStripsAForgedOne() throws Exception {
        rest.gateway.withKeys(home);
        rest.start("identity-header: {lifetime: 30s, claims: [region, absent]}");
        String token = rest.gateway.tokens.with(Map.of("region", "north", "secret", "s"));

        JsonArray values = rest.asked(HttpRequest.newBuilder(rest.url("/x"))
                        .header("Authorization", "Bearer " + token)
                        .header("X-Sluice-Identity", "forged.by.client")
                        .header("X_Sluice_Identity", "forged.by.client"))
                .getJsonObject("headers")
                .getJsonArray(HEADER);

        assertThat(values).hasSize(1);
        JWTClaimsSet claims = verified(values.getString(0));
        assertThat(claims.getSubject()).isEqualTo("alice");
        assertThat(claims.getStringClaim("client_id")).isEqualTo("app");
        assertThat(claims.getStringClaim("scope")).isEqualTo("productions:read");
        assertThat(claims.getStringClaim("token_iss")).isEqualTo("https://issuer.example");
        assertThat(claims.getStringClaim("region")).isEqualTo("north");
        assertThat(claims.getClaims()).doesNotContainKeys("secret", "absent");
        assertThat(claims.getExpirationTime().toInstant())
                .isBetween(Instant.now().plusSeconds(20), Instant.now().plusSeconds(31));
    }

    @Test
    void isNeverGoodForLongerThanTheAccessToken() throws Exception {
        rest.gateway.withKeys(home);
        rest.start("identity-header: {}");
        Instant end = Instant.now().plus(Duration.ofSeconds(20)).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        String token = rest.gateway.tokens.until(end);

        String statement = rest.asked(HttpRequest.newBuilder(rest.url("/x")).header("Authorization", "Bearer " + token))
                .getJsonObject("headers")
                .getJsonArray(HEADER)
                .getString(0);

        assertThat(verified(statement).getExpirationTime().toInstant()).isEqualTo(end);
    }

    @Test
    void isNotTakenFromTheClientWhereNoneIsSent() throws Exception {
        rest.start();

        assertThat(rest.asked(rest.to("/x").header("X-Sluice-Identity", "forged"))
                        .getJsonObject("headers")
                        .getMap())
                .doesNotContainKey(HEADER);
    }

    @Test
    void cannotBeServedWithoutAKey() throws Exception {
        rest.start("identity-header: {}");

        assertThat(rest.get("/x").statusCode()).isEqualTo(404);
        assertThat(rest.gateway.health.states().get("api farms"))
                .satisfies(state -> assertThat(state.up()).isFalse())
                .satisfies(state ->
                        assertThat(state.detail()).contains("identity-header", "gateway.authorization-server.enabled"));
    }

    /** As a data service would do it: with the keys that the gateway publishes. */
    private JWTClaimsSet verified(String statement) throws Exception {
        String gateway = "http://127.0.0.1:" + rest.gateway.port();
        JWKSet keys = JWKSet.load(URI.create(gateway + "/oauth2/jwks").toURL());
        DefaultJWTProcessor<com.nimbusds.jose.proc.SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("sluice-identity+jwt")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, new ImmutableJWKSet<>(keys)));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                "farms",
                new JWTClaimsSet.Builder().issuer(gateway).build(),
                Set.of("sub", "exp", "iat", "jti", "client_id", "scope")));
        return processor.process(statement, null);
    }
}

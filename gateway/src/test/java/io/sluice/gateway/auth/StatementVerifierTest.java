package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StatementVerifierTest {

    private static final String GATEWAY = "http://127.0.0.1:8080";
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static ECKey key;
    private static ECKey strange;

    @BeforeAll
    static void makeKeys() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        strange = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    }

    private static StatementVerifier verifier(KeySource keys) {
        return new StatementVerifier(() -> GATEWAY, () -> Set.of("farm"), keys, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static StatementVerifier verifier() {
        return verifier(new LocalKeys(List.of(key.toPublicJWK())));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(GATEWAY)
                .audience("farm")
                .subject("anna")
                .claim("scope", "farm:read")
                .expirationTime(Date.from(NOW.plusSeconds(60)));
    }

    private static String signed(ECKey by, JOSEObjectType type, JWTClaimsSet claims) throws Exception {
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.ES256).type(type).keyID("k").build();
        SignedJWT statement = new SignedJWT(header, claims);
        statement.sign(new ECDSASigner(by));
        return statement.serialize();
    }

    private static void refuses(String statement, String reason) {
        assertThatThrownBy(() -> verifier().verify(statement))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void givesTheClaimsOfAGoodStatement() throws Exception {
        String good = signed(key, IdentityIssuer.STATEMENT, claims().build());

        assertThat(verifier().verify(good)).containsEntry("sub", "anna").containsEntry("scope", "farm:read");
    }

    @Test
    void refusesAnotherSignature() throws Exception {
        refuses(signed(strange, IdentityIssuer.STATEMENT, claims().build()), "not signed with a key of the gateway");
    }

    @Test
    void refusesAnAccessToken() throws Exception {
        refuses(signed(key, new JOSEObjectType("at+jwt"), claims().build()), "typ");
    }

    @Test
    void refusesAnotherIssuer() throws Exception {
        JWTClaimsSet other = claims().issuer("http://127.0.0.1:9999").build();
        refuses(signed(key, IdentityIssuer.STATEMENT, other), "not of the gateway");
    }

    @Test
    void refusesWhatIsMeantForAnotherUpstreamOrNobody() throws Exception {
        JWTClaimsSet other = claims().audience("weather").build();
        JWTClaimsSet nobody = claims().audience((String) null).build();
        refuses(signed(key, IdentityIssuer.STATEMENT, other), "meant for an API");
        refuses(signed(key, IdentityIssuer.STATEMENT, nobody), "meant for an API");
    }

    @Test
    void refusesWhatIsExpiredOrNeverEnds() throws Exception {
        JWTClaimsSet over = claims().expirationTime(Date.from(NOW)).build();
        JWTClaimsSet endless = claims().expirationTime(null).build();
        refuses(signed(key, IdentityIssuer.STATEMENT, over), "expired");
        refuses(signed(key, IdentityIssuer.STATEMENT, endless), "expired");
    }

    @Test
    void refusesWhatIsNoStatement() {
        refuses("anna", "not a signed statement");
    }

    @Test
    void refusesWithoutWaitingWhileTheKeysAreFetched() throws Exception {
        String good = signed(key, IdentityIssuer.STATEMENT, claims().build());
        Promise<KeySource.Keys> never = Promise.promise();

        assertThatThrownBy(() -> verifier(keyId -> never.future()).verify(good))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not there yet");
    }
}

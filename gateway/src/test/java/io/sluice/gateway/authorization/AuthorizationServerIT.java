package io.sluice.gateway.authorization;

import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.BASIC;
import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.GRANT;
import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import io.sluice.gateway.auth.TokenVerdict;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The authorization server behind a real HTTP server: its documents, and the tokens it makes. */
class AuthorizationServerIT {

    @TempDir
    Path home;

    private AuthorizationServerUnderTest server;

    @BeforeEach
    void start() throws Exception {
        server = new AuthorizationServerUnderTest(home, "ES256");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "RS256"})
    void issuesTokensThatItsOwnIssuerEntryVerifies(String algorithm) throws Exception {
        server.restart(algorithm);

        JsonObject answer =
                new JsonObject(server.token(BASIC, GRANT + "&scope=orders:read").body());
        TokenVerdict verdict = server.verify(answer.getString("access_token"));

        assertThat(verdict).isInstanceOf(TokenVerdict.Active.class);
        TokenVerdict.Active active = (TokenVerdict.Active) verdict;
        assertThat(active.expiresAt()).isEqualTo(server.clock.instant().plus(Duration.ofMinutes(10)));
        assertThat(active.principal().issuer()).isEqualTo(server.issuer());
        assertThat(active.principal().subject()).isEqualTo("app");
        assertThat(active.principal().clientId()).isEqualTo("app");
        assertThat(active.principal().scopes()).containsExactly("orders:read");
        assertThat(SignedJWT.parse(answer.getString("access_token")).getHeader().getAlgorithm())
                .hasToString(algorithm);
    }

    @Test
    void saysWhichMethodsAreAllowed() throws Exception {
        HttpResponse<String> get =
                server.send(HttpRequest.newBuilder(server.uri("/oauth2/token")).GET());
        HttpResponse<String> delete =
                server.send(HttpRequest.newBuilder(server.uri("/oauth2/jwks")).DELETE());

        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(header(get, "allow")).isEqualTo("POST");
        assertThat(delete.statusCode()).isEqualTo(405);
        assertThat(header(delete, "allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void publishesOnlyThePublicPartsOfItsKeys() throws Exception {
        HttpResponse<String> response = server.get("/oauth2/jwks");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonArray keys = new JsonObject(response.body()).getJsonArray("keys");
        assertThat(keys).hasSize(1);
        assertThat(keys.getJsonObject(0).fieldNames())
                .containsExactlyInAnyOrder("kty", "crv", "x", "y", "use", "alg", "kid");
    }

    @Test
    void publishesMetadataThatAnotherImplementationUnderstands() throws Exception {
        HttpResponse<String> response = server.get("/.well-known/oauth-authorization-server");

        JsonObject document = new JsonObject(response.body());
        assertThat(document.stream().map(Map.Entry::getValue))
                .noneMatch(value -> value instanceof JsonArray array && array.isEmpty());
        AuthorizationServerMetadata metadata = AuthorizationServerMetadata.parse(response.body());
        assertThat(metadata.getIssuer().getValue()).isEqualTo(server.issuer());
        assertThat(metadata.getTokenEndpointURI()).hasToString(server.issuer() + "/oauth2/token");
        assertThat(metadata.getJWKSetURI()).hasToString(server.issuer() + "/oauth2/jwks");
        assertThat(metadata.getResponseTypes()).isNotEmpty();
        assertThat(metadata.getScopes().toStringList()).containsExactlyElementsOf(server.knownScopes);
    }

    @Test
    void leavesOutTheScopesOfTheMetadataWhileThereAreNone() throws Exception {
        server.knownScopes.clear();

        assertThat(server.get("/.well-known/oauth-authorization-server").body()).doesNotContain("scopes_supported");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/oauth2", "/oauth2/token/", "/oauth2/TOKEN", "/.well-known/oauth-authorization-server/x"})
    void leavesOtherPathsToOthers(String path) throws Exception {
        assertThat(server.get(path).body()).isEqualTo("somebody else's");
    }

    @Test
    void answersTheMetadataOfAnIssuerWithAPathWhereTheStandardPutsIt() throws Exception {
        server.issuerPath = "/tenant/one/";

        JsonObject metadata = new JsonObject(
                server.get("/.well-known/oauth-authorization-server/tenant/one").body());

        assertThat(metadata.getString("issuer")).isEqualTo(server.issuer());
        assertThat(metadata.getString("token_endpoint")).isEqualTo(server.address() + "/tenant/one/oauth2/token");
        assertThat(server.get("/.well-known/oauth-authorization-server/tenant").body())
                .isEqualTo("somebody else's");
    }

    @Test
    void answersHeadLikeGetWithoutABody() throws Exception {
        HttpResponse<String> response = server.send(
                HttpRequest.newBuilder(server.uri("/oauth2/jwks")).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void answersOnAConnectionThatIsUsedAgain() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(server.token(BASIC, GRANT).statusCode()).isEqualTo(200);
            assertThat(server.get("/oauth2/jwks").statusCode()).isEqualTo(200);
        }
    }
}

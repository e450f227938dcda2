package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import io.sluice.gateway.stream.StreamProtocol;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways a token may come, what is asked of bound ones, and what strangers may cost. */
class CarriersIT {

    private static final String PATH = "/productions/1.0";
    private static final String GOOD = "Authorization: Bearer " + FakeVerifier.GOOD;

    @TempDir
    Path apis;

    @TempDir
    Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private GatewayFixture gateway;

    @BeforeEach
    void prepare() throws Exception {
        gateway = new GatewayFixture(apis);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void takesAOneTimeTicketOnce() throws Exception {
        gateway.start();
        JsonObject answer =
                new JsonObject(ticket("productions", FakeVerifier.GOOD).body());
        String address = PATH + "?ticket=" + answer.getString("ticket");

        assertThat(gateway.answerTo(address)).startsWith("HTTP/1.1 101 ");
        assertThat(gateway.answerTo(address)).startsWith("HTTP/1.1 401 ").contains("invalid_token");
        assertThat(answer.getInteger("expires_in")).isEqualTo(30);
    }

    @Test
    void bindsATicketToOneApi() throws Exception {
        gateway.write("other", "scopes: [productions:read]").start();
        String ticket = new JsonObject(ticket("other", FakeVerifier.GOOD).body()).getString("ticket");

        assertThat(gateway.answerTo(PATH + "?ticket=" + ticket)).startsWith("HTTP/1.1 401 ");
        assertThat(gateway.answerTo("/other/1.0?ticket=" + ticket)).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void givesNoTicketWithoutAGoodToken() throws Exception {
        gateway.start();

        assertThat(ticket("productions", FakeVerifier.POOR).statusCode()).isEqualTo(403);
        assertThat(ticket("productions", "forged.token.x").statusCode()).isEqualTo(401);
        assertThat(ticket("nothing", FakeVerifier.GOOD).statusCode()).isEqualTo(404);
    }

    @Test
    void refusesATicketBesideAToken() throws Exception {
        gateway.start();

        assertThat(gateway.answerTo(PATH + "?ticket=x", GOOD)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void takesATokenFromTheQueryOnlyWhereTheApiSaysSo() throws Exception {
        gateway.write("lenient", "scopes: [productions:read]", "query-token: true")
                .start();
        String query = "?access_token=" + FakeVerifier.GOOD;

        assertThat(gateway.answerTo("/lenient/1.0" + query)).startsWith("HTTP/1.1 101 ");
        assertThat(gateway.answerTo("/lenient/1.0" + query, GOOD)).startsWith("HTTP/1.1 400 ");
        assertThat(gateway.answerTo(PATH + query)).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void takesAnApiKeyOnlyWhereTheApiSaysSoAndOnlyFromTheHeader() throws Exception {
        gateway.withKeys(home)
                .write("keyed", "scopes: [productions:read]", "api-keys: true")
                .start();
        JsonObject made =
                administer("POST", "/oauth2/api-keys", "{\"name\":\"meter\",\"scopes\":[\"productions:read\"]}");
        String header = "X-API-Key: " + made.getString("key");

        assertThat(gateway.answerTo("/keyed/1.0", header)).startsWith("HTTP/1.1 101 ");
        assertThat(gateway.answerTo(PATH, header)).startsWith("HTTP/1.1 401 ");
        assertThat(gateway.answerTo("/keyed/1.0?X-API-Key=" + made.getString("key")))
                .startsWith("HTTP/1.1 401 ");
        assertThat(gateway.answerTo("/keyed/1.0", header + "x")).startsWith("HTTP/1.1 401 ");
        try (var files = Files.walk(home.resolve("accounts"))) {
            assertThat(files.filter(Files::isRegularFile).map(CarriersIT::text))
                    .as("the key is kept as a hash")
                    .noneMatch(text -> text.contains(made.getString("key").substring(37)));
        }
    }

    @Test
    void closesALiveSocketWhenItsApiKeyIsRemoved() throws Exception {
        gateway.withKeys(home)
                .write("keyed", "scopes: [productions:read]", "api-keys: true")
                .start();
        JsonObject made =
                administer("POST", "/oauth2/api-keys", "{\"name\":\"meter\",\"scopes\":[\"productions:read\"]}");
        try (RawClient client = gateway.raw()) {
            client.send(RawClient.handshake("/keyed/1.0", "X-API-Key: " + made.getString("key")));
            assertThat(client.answer()).startsWith("HTTP/1.1 101 ");

            long removed = System.nanoTime();
            administer("DELETE", "/oauth2/api-keys/" + made.getString("id"), "");

            assertThat(client.closeCode()).isEqualTo(StreamProtocol.TOKEN_EXPIRED);
            assertThat(Duration.ofNanos(System.nanoTime() - removed)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void asksForTheProofOfABoundToken() throws Exception {
        gateway.start();
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        String token = gateway.tokens.with(
                Map.of("cnf", Map.of("jkt", key.computeThumbprint().toString())));
        String proof = proof(key, gateway.url(PATH), token);
        String dpop = "Authorization: DPoP " + token;

        assertThat(gateway.answerTo(PATH, dpop, "DPoP: " + proof)).startsWith("HTTP/1.1 101 ");
        assertThat(gateway.answerTo(PATH, dpop, "DPoP: " + proof))
                .as("the same proof again")
                .startsWith("HTTP/1.1 401 ")
                .contains("DPoP realm=", "invalid_token", "algs=");
        assertThat(gateway.answerTo(PATH, dpop)).startsWith("HTTP/1.1 401 ");
        assertThat(gateway.answerTo(
                        PATH, "Authorization: Bearer " + token, "DPoP: " + proof(key, gateway.url(PATH), token)))
                .as("as Bearer")
                .startsWith("HTTP/1.1 401 ");
        assertThat(gateway.answerTo(PATH, dpop, "DPoP: " + proof(key, gateway.url("/other/1.0"), token)))
                .as("for another address")
                .startsWith("HTTP/1.1 401 ");
        ECKey thief = new ECKeyGenerator(Curve.P_256).generate();
        assertThat(gateway.answerTo(PATH, dpop, "DPoP: " + proof(thief, gateway.url(PATH), token)))
                .as("of another key")
                .startsWith("HTTP/1.1 401 ");
        assertThat(gateway.answerTo(PATH, "Authorization: DPoP " + FakeVerifier.GOOD, "DPoP: " + proof))
                .as("a token without binding")
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void refusesATokenThatIsBoundToACertificateTheConnectionDoesNotHave() throws Exception {
        gateway.start();
        String token =
                gateway.tokens.with(Map.of("cnf", Map.of("x5t#S256", "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2")));

        assertThat(gateway.answerTo(PATH, "Authorization: Bearer " + token))
                .startsWith("HTTP/1.1 401 ")
                .contains("client certificate");
        assertThat(gateway.answerTo(PATH, "Authorization: Bearer " + token, "Client-Cert: :AAAA:"))
                .as("a header that is not trusted")
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void tellsWhomToAskForAToken() throws Exception {
        gateway.start();

        String refused = gateway.answerTo(PATH);
        String address = "http://127.0.0.1:" + gateway.port() + "/.well-known/oauth-protected-resource" + PATH;
        assertThat(refused).contains("resource_metadata=\"" + address + "\"");
        JsonObject document = new JsonObject(
                http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
        assertThat(document.getString("resource")).isEqualTo("http://127.0.0.1:" + gateway.port() + PATH);
        assertThat(document.getJsonArray("authorization_servers")).containsExactly("https://issuer.example");
        assertThat(document.getJsonArray("scopes_supported")).containsExactly("productions:read");
    }

    @Test
    void looksAtNoMoreTokensFromWhereTooManyBadOnesCame() throws Exception {
        gateway.with("limits.bad-tokens-per-minute", "3").start();
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.answerTo(PATH, "Authorization: Bearer forged.token." + i))
                    .startsWith("HTTP/1.1 401 ");
        }

        assertThat(gateway.answerTo(PATH, "Authorization: Bearer forged.token.4"))
                .startsWith("HTTP/1.1 429 ")
                .contains("GTW-307", "retry-after:");
        assertThat(gateway.count("gateway.token.checks", "result", "limited")).isEqualTo(1);
    }

    @Test
    void closesConnectionsOfStrangersBeyondTheBound() throws Exception {
        gateway.with("limits.max-unproven-connections-per-address", "5").start();
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                clients.add(gateway.raw());
            }
            await().until(() -> gateway.gauge("gateway.connections.unproven") == 5);
            clients.add(gateway.raw());
            await().until(() -> gateway.count("gateway.connections.refused") == 1);

            clients.get(0).send(RawClient.handshake(PATH, GOOD));
            assertThat(clients.get(0).answer()).startsWith("HTTP/1.1 101 ");

            assertThat(gateway.gauge("gateway.connections.unproven")).isEqualTo(4);
            assertThat(gateway.answerTo(PATH, GOOD)).startsWith("HTTP/1.1 101 ");
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        await().until(() -> gateway.gauge("gateway.connections.unproven") == 0);
    }

    private static String proof(ECKey key, URI url, String token) throws Exception {
        return new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256)
                .createDPoPJWT("GET", url, new DPoPAccessToken(token))
                .serialize();
    }

    private HttpResponse<String> ticket(String api, String token) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/oauth2/ticket?api=" + api))
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonObject administer(String method, String path, String body) throws Exception {
        String token = new JsonObject(Files.readString(home.resolve("secrets/administration.json"))).getString("token");
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                        .header("Authorization", "Bearer " + token)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return new JsonObject(answer.body());
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

package io.sluice.gateway.authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.InvalidSetting;
import io.sluice.common.Secret;
import io.sluice.gateway.auth.FakeClock;
import io.sluice.gateway.auth.LocalKeys;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server keeps under its home, and what it refuses to start with. */
class AuthorizationServerTest {

    private static final List<ClientConfig> COMMAND_LINE = List.of(new ClientConfig("sluice-cli", List.of("*"), null));

    @TempDir
    Path home;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void keepsItsSecretsForItsOwnerOnly() throws IOException {
        started("ES256");

        Path secrets = home.resolve("secrets");
        assertThat(mode(secrets)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(secrets)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"))
                    .map(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder(
                            "signing-keys.json", "clients.json", "sluice-cli.json", "administration.json");
        }
    }

    @Test
    void keepsTheHashOfASecretAndTheSecretItselfApart() throws IOException {
        started("ES256");

        String secret = clearSecret("sluice-cli");
        assertThat(secret).hasSize(43);
        assertThat(read("clients.json")).contains("secret-hash").doesNotContain(secret);
    }

    @Test
    void usesTheSameKeysAndSecretsAtTheSecondStart() throws IOException {
        List<JWK> first = started("ES256");
        String clear = read("sluice-cli.json");
        String hashes = read("clients.json");

        List<JWK> second = started("ES256");

        assertThat(second).isEqualTo(first);
        assertThat(read("sluice-cli.json")).isEqualTo(clear);
        assertThat(read("clients.json")).isEqualTo(hashes);
    }

    @Test
    void keepsTheOldKeyForTokensOfBeforeWhenTheAlgorithmChanges() throws IOException {
        List<JWK> before = started("ES256");

        List<JWK> after = started("RS256");

        assertThat(after).hasSize(2).containsAll(before);
        assertThat(new JWKSet(after).containsNonPublicKeys()).isFalse();
    }

    @Test
    void namesEachKeyByItsThumbprint() throws Exception {
        JWK key = started("ES256").get(0);

        assertThat(key.getKeyID()).isEqualTo(key.computeThumbprint().toString());
    }

    @Test
    void makesANewSecretForTheCommandLineWhenItsFileIsGone() throws IOException {
        started("ES256");
        String before = clearSecret("sluice-cli");
        Files.delete(home.resolve("secrets/sluice-cli.json"));

        started("ES256");

        assertThat(clearSecret("sluice-cli")).isNotEqualTo(before);
        assertThat(clients(COMMAND_LINE).authenticate("sluice-cli", clearSecret("sluice-cli")))
                .isNotNull();
        assertThat(clients(COMMAND_LINE).authenticate("sluice-cli", before)).isNull();
    }

    @Test
    void stillKnowsAnotherClientWhenItsClearSecretWasTakenAway() throws IOException {
        List<ClientConfig> app = List.of(new ClientConfig("app", List.of(), null));
        clients(app);
        String secret = clearSecret("app");
        Files.delete(home.resolve("secrets/app.json"));

        assertThat(clients(app).authenticate("app", secret)).isNotNull();
        assertThat(home.resolve("secrets/app.json")).doesNotExist();
    }

    @Test
    void writesNothingForAClientWithAConfiguredSecret() throws IOException {
        Clients clients = clients(List.of(new ClientConfig("app", List.of(), new Secret("configured-secret"))));

        assertThat(clients.authenticate("app", "configured-secret")).isNotNull();
        assertThat(clients.authenticate("app", "configured-secre")).isNull();
        assertThat(clients.authenticate("app", "")).isNull();
        assertThat(clients.authenticate("other", "configured-secret")).isNull();
        assertThat(home.resolve("secrets")).isEmptyDirectory();
    }

    @Test
    void tightensTheModeOfAFileThatOthersCouldRead() throws IOException {
        started("ES256");
        Path keys = home.resolve("secrets/signing-keys.json");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));

        started("ES256");

        assertThat(mode(keys)).isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "{\"keys\":[{\"kty\":\"EC\"}]}"})
    void refusesToStartWithKeysItCannotRead(String text) throws IOException {
        started("ES256");
        Files.writeString(home.resolve("secrets/signing-keys.json"), text);

        assertThatThrownBy(() -> started("ES256"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("signing-keys.json")
                .hasMessageContaining("restore it, or delete it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{\"clients\":[1]}", "{\"clients\":[{\"id\":\"a\",\"secret-hash\":\"AA\"}]}"})
    void refusesToStartWithClientsItCannotRead(String text) throws IOException {
        started("ES256");
        Files.writeString(home.resolve("secrets/clients.json"), text);

        assertThatThrownBy(() -> started("ES256"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("clients.json");
    }

    @Test
    void saysWhichFolderItCannotMake() throws IOException {
        Files.writeString(home.resolve("secrets"), "a file is in the way");

        assertThatThrownBy(() -> started("ES256"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(home.resolve("secrets").toString())
                .hasMessageContaining("--home");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../x", ".hidden", "clients", "signing-keys", "a/b", "ä"})
    void refusesAClientIdThatIsNoGoodFileName(String id) {
        assertThatThrownBy(() -> new ClientConfig(id, List.of(), null)).isInstanceOf(InvalidSetting.class);
    }

    @Test
    void refusesTwoClientsOfOneName() {
        ClientConfig client = new ClientConfig("app", List.of(), null);

        assertThatThrownBy(() -> config(List.of(client, client), "ES256", Duration.ofHours(1)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("'app'");
    }

    @Test
    void refusesSettingsThatMakeNoSafeTokens() {
        assertThatThrownBy(() -> config(COMMAND_LINE, "HS256", Duration.ofHours(1)))
                .isInstanceOf(InvalidSetting.class);
        assertThatThrownBy(() -> config(COMMAND_LINE, "ES256", Duration.ZERO)).isInstanceOf(InvalidSetting.class);
        assertThatThrownBy(() -> config(COMMAND_LINE, "ES256", Duration.ofDays(2)))
                .isInstanceOf(InvalidSetting.class);
        assertThatThrownBy(() -> new ClientConfig("app", List.of(), new Secret("short")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageNotContaining("short");
        assertThatThrownBy(() -> new ClientConfig("app", List.of("two words"), null))
                .isInstanceOf(InvalidSetting.class);
    }

    private List<JWK> started(String algorithm) throws IOException {
        try (AuthorizationServer server = server(algorithm)) {
            server.start();
            return ((LocalKeys) server.trustedIssuer().keys()).keys();
        }
    }

    private AuthorizationServer server(String algorithm) {
        return new AuthorizationServer(
                config(COMMAND_LINE, algorithm, Duration.ofHours(1)),
                home,
                vertx,
                () -> "http://127.0.0.1:8080",
                Set::of,
                FakeClock.at("2026-01-01T00:00:00Z"),
                new SimpleMeterRegistry());
    }

    private Clients clients(List<ClientConfig> configs) throws IOException {
        return Clients.load(configs, SecretFolder.open(home), new SecureRandom());
    }

    private static AuthorizationServerConfig config(List<ClientConfig> clients, String algorithm, Duration lifetime) {
        return new AuthorizationServerConfig(true, clients, lifetime, "sluice", algorithm);
    }

    private String clearSecret(String id) throws IOException {
        return new JsonObject(read(id + ".json")).getString("secret");
    }

    private String read(String file) throws IOException {
        return Files.readString(home.resolve("secrets").resolve(file));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}

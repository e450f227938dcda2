package io.sluice.gateway.authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ConfigException;
import io.sluice.common.ConfigFile;
import io.sluice.common.Secret;
import io.sluice.common.Setting;
import io.sluice.gateway.auth.IssuerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of issuers and authorization server, as an operator writes them. */
class SettingsTest {

    /** Stands for the section of the gateway. */
    record Section(
            @Setting(doc = "Issuers.", byDefault = "[]") List<IssuerConfig> issuers,

            AuthorizationServerConfig authorizationServer) {}

    @TempDir
    Path folder;

    @Test
    void hasAClientForTheCommandLineByDefault() {
        Section section = ConfigFile.read(null, Section.class, Map.of(), Map.of());

        assertThat(section.authorizationServer())
                .isEqualTo(new AuthorizationServerConfig(
                        true,
                        List.of(new ClientConfig("sluice-cli", List.of("*"), null)),
                        Duration.ofHours(1),
                        "sluice",
                        "ES256"));
    }

    @Test
    void readsEverySetting() throws IOException {
        Files.writeString(folder.resolve("app.secret"), "from-a-secret-file\n");

        Section section = read("""
                issuers:
                  - issuer: https://idp.example.com/realms/shop
                    audience: [sluice, orders]
                    jwks-uri: https://idp.example.com/keys
                    algorithms: [PS256]
                    accept-typ-jwt: true
                    clock-skew: 30s
                authorization-server:
                  token-lifetime: 5m
                  audience: orders
                  algorithm: RS256
                  clients:
                    - {id: app, scopes: ["orders:read"], secret: "${file:%s}"}
                """.formatted(folder.resolve("app.secret")));

        IssuerConfig issuer = section.issuers().get(0);
        assertThat(issuer.audience()).containsExactly("sluice", "orders");
        assertThat(issuer.acceptTypJwt()).isTrue();
        assertThat(issuer.clockSkew()).isEqualTo(Duration.ofSeconds(30));
        ClientConfig client = section.authorizationServer().clients().get(0);
        assertThat(client.secret()).isEqualTo(new Secret("from-a-secret-file"));
        assertThat(ConfigFile.describe(section)).doesNotContain("from-a-secret-file");
    }

    @Test
    void namesTheKeyThatIsWrong() {
        assertThatThrownBy(() -> read("""
                        issuers:
                          - {issuer: "http://idp.example.com", audience: [sluice]}
                          - {issuer: "https://idp.example.com", audience: [sluice], algorithms: [HS256]}
                        authorization-server:
                          clients: [{id: "../app"}]
                        """))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refused -> assertThat(refused.problems())
                                .hasSize(3)
                                .anySatisfy(line -> assertThat(line).contains("issuers[0].issuer", "https"))
                                .anySatisfy(line -> assertThat(line).contains("issuers[1].algorithms", "HS256"))
                                .anySatisfy(line -> assertThat(line).contains("clients[0].id", "../app")));
    }

    private Section read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        return ConfigFile.read(file, Section.class, Map.of(), Map.of());
    }
}

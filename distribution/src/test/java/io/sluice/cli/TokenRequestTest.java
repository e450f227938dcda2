package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRequestTest {

    @TempDir
    Path home;

    private final AtomicReference<String> credentials = new AtomicReference<>();
    private HttpServer server;
    private TokenRequest request;
    private volatile int status = 200;
    private volatile String answer = "{\"access_token\":\"t\"}";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/oauth2/token", exchange -> {
            String basic =
                    exchange.getRequestHeaders().getFirst("Authorization").substring("Basic ".length());
            credentials.set(new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        request =
                new TokenRequest(home, "http://127.0.0.1:" + server.getAddress().getPort());
        Files.createDirectory(home.resolve("secrets"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void secretOf(String id, String text) throws IOException {
        Files.writeString(home.resolve("secrets").resolve(id + ".json"), text);
    }

    @Test
    void asksAsTheClientOfTheCommandLine() throws IOException {
        secretOf("sluice-cli", "{\"id\":\"sluice-cli\",\"secret\":\"s+/=\"}");

        assertThat(request.accessToken(null, null)).isEqualTo("t");
        assertThat(credentials).hasValue("sluice-cli:s%2B%2F%3D");
    }

    @Test
    void findsTheGeneratedSecretOfAnyClient() throws IOException {
        secretOf("dashboard", "{\"id\":\"dashboard\",\"secret\":\"x\"}");

        assertThat(request.accessToken("dashboard", "a b")).isEqualTo("t");
        assertThat(credentials).hasValue("dashboard:x");
    }

    @Test
    void saysWhereASecretIsMissedAndWhatToDo() {
        assertThatThrownBy(() -> request.accessToken("dashboard", null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("dashboard.json", "SLUICE_CLIENT_SECRET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/x", "a/b", "", ".hidden", "a b"})
    void neverLeavesTheFolderOfSecrets(String id) {
        assertThatThrownBy(() -> request.accessToken(id, null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{}", "{\"id\":\"other\",\"secret\":\"x\"}", "{\"id\":\"c\",\"secret\":1}"})
    void namesAFileThatIsDamagedWithoutShowingIt(String text) throws IOException {
        secretOf("c", text);

        assertThatThrownBy(() -> request.accessToken("c", null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("c.json")
                .hasMessageNotContaining("other");
    }

    @Test
    void tellsWhatTheServerSaid() throws IOException {
        secretOf("c", "{\"id\":\"c\",\"secret\":\"secret-text\"}");
        status = 400;
        answer = "{\"error\":\"invalid_scope\",\"error_description\":\"not yours\"}";

        assertThatThrownBy(() -> request.accessToken("c", "admin"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("400", "invalid_scope", "not yours")
                .hasMessageNotContaining("secret-text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "[]", "{}", "{\"access_token\":7}"})
    void doesNotTakeSomethingElseForAToken(String text) throws IOException {
        secretOf("c", "{\"id\":\"c\",\"secret\":\"x\"}");
        answer = text;

        assertThatThrownBy(() -> request.accessToken("c", null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("/oauth2/token");
    }

    @Test
    void saysThatThereIsNoGatewayOrThatItDoesNotAnswer() throws IOException {
        secretOf("sluice-cli", "{\"id\":\"sluice-cli\",\"secret\":\"x\"}");
        server.stop(0);

        assertThatThrownBy(() -> new TokenRequest(home, "").accessToken(null, null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("no gateway runs", "--home");
        assertThatThrownBy(() -> request.accessToken(null, null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("cannot be reached");
    }
}

package io.sluice.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Asks the built-in authorization server for a token with the client credentials grant (RFC 6749 §4.4). */
final class TokenRequest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Path home;
    private final String gateway;

    TokenRequest(Path home, String gateway) {
        this.home = home;
        this.gateway = gateway;
    }

    /**
     * @param client the client id, or null for the client that was generated for this home
     * @param scope scopes separated by blanks, or null for all the client may have
     * @throws CommandFailure if there is no such client, or the server refuses
     */
    String accessToken(@Nullable String client, @Nullable String scope) {
        Credentials credentials = credentials(client);
        String form = "grant_type=client_credentials" + (scope == null ? "" : "&scope=" + encode(scope));
        String basic = encode(credentials.id) + ":" + encode(credentials.secret);
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway + "/oauth2/token"))
                .timeout(TIMEOUT)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            JsonObject json = new JsonObject(answer.body());
            if (answer.statusCode() != 200) {
                throw new CommandFailure("the authorization server at " + gateway + " refused: "
                        + json.getString("error", "unknown error") + ": "
                        + json.getString("error_description", "no description"));
            }
            return json.getString("access_token");
        } catch (DecodeException notJson) {
            throw new CommandFailure("the answer of " + gateway
                    + "/oauth2/token is not JSON: is the built-in authorization server enabled?");
        } catch (IOException unreachable) {
            throw new CommandFailure(
                    "the gateway at " + gateway + " cannot be reached (" + unreachable + "): is it running?");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while waiting for " + gateway);
        }
    }

    private Credentials credentials(@Nullable String client) {
        Path file = home.resolve("secrets").resolve("sluice-cli.json");
        String secret = System.getenv("SLUICE_CLIENT_SECRET");
        if (client != null && secret != null) {
            return new Credentials(client, secret);
        }
        try {
            JsonObject json = new JsonObject(Files.readString(file));
            Credentials generated = new Credentials(json.getString("id", ""), json.getString("secret", ""));
            if (client != null && !client.equals(generated.id)) {
                throw new CommandFailure("the secret of client '" + client + "' is not in " + file
                        + ": put it into the environment variable SLUICE_CLIENT_SECRET");
            }
            return generated;
        } catch (IOException | DecodeException unreadable) {
            throw new CommandFailure(
                    "cannot read the generated client from " + file + ": was this home started with `sluice up`?");
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private record Credentials(String id, String secret) {}
}

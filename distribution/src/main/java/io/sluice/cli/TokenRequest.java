package io.sluice.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks the built-in authorization server for a token with the client credentials grant (RFC 6749 §4.4). */
final class TokenRequest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String TOKEN_PATH = "/oauth2/token";

    /** The client that the authorization server makes for the command line. */
    private static final String COMMAND_LINE = "sluice-cli";

    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

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
        if (gateway.isEmpty()) {
            throw new CommandFailure(
                    "no gateway runs with home " + home.toAbsolutePath()
                            + ", so there is no authorization server: name the home of `sluice gateway` or `sluice up` with --home DIR");
        }
        Credentials credentials = credentials(client);
        String form = "grant_type=client_credentials" + (scope == null ? "" : "&scope=" + encode(scope));
        String basic = encode(credentials.id) + ":" + encode(credentials.secret);
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway + TOKEN_PATH))
                .timeout(TIMEOUT)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return tokenOf(answerTo(request));
    }

    private HttpResponse<String> answerTo(HttpRequest request) {
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException unreachable) {
            throw new CommandFailure(
                    "the gateway at " + gateway + " cannot be reached (" + unreachable + "): is it running?");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while waiting for " + gateway);
        }
    }

    private String tokenOf(HttpResponse<String> answer) {
        String endpoint = gateway + TOKEN_PATH;
        try {
            JsonObject json = new JsonObject(answer.body());
            if (answer.statusCode() == 200 && json.getValue("access_token") instanceof String token) {
                return token;
            }
            throw new CommandFailure(endpoint + " answered " + answer.statusCode() + ": "
                    + json.getValue("error", "no error code") + ": "
                    + json.getValue("error_description", "is the built-in authorization server enabled?"));
        } catch (DecodeException notJson) {
            throw new CommandFailure(
                    "the answer of " + endpoint + " is not JSON: is the built-in authorization server enabled?");
        }
    }

    private Credentials credentials(@Nullable String client) {
        String secret = System.getenv("SLUICE_CLIENT_SECRET");
        if (client != null && secret != null && !secret.isBlank()) {
            return new Credentials(client, secret);
        }
        String id = client == null ? COMMAND_LINE : client;
        Path file = home.resolve("secrets").resolve(fileName(id));
        try {
            JsonObject json = new JsonObject(Files.readString(file));
            if (id.equals(json.getValue("id")) && json.getValue("secret") instanceof String generated) {
                return new Credentials(id, generated);
            }
            throw new CommandFailure(file + " holds no secret of client '" + id + "'");
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(
                    client == null
                            ? "there is no " + file
                                    + ": the gateway of this home has no authorization server of its own"
                            : "there is no " + file + ", so the secret of client '" + client
                                    + "' is not known here: put it into the environment variable SLUICE_CLIENT_SECRET");
        } catch (DecodeException | CharacterCodingException damaged) {
            throw new CommandFailure(file + " is damaged: delete it and start Sluice again, or put the secret into the"
                    + " environment variable SLUICE_CLIENT_SECRET with --client ID");
        } catch (IOException unreadable) {
            throw new CommandFailure("cannot read " + file + " (" + unreadable
                    + "): run this as the user that runs Sluice, or put the secret into the environment variable"
                    + " SLUICE_CLIENT_SECRET with --client ID");
        }
    }

    /** An id must not lead out of the folder; the ids of clients with a generated secret are plain (see {@code gateway.authorization-server.clients}). */
    private static String fileName(String id) {
        if (!PLAIN_ID.matcher(id).matches()) {
            throw new CommandFailure("'" + id + "' is not the id of a client with a generated secret: check --client,"
                    + " or put its secret into the environment variable SLUICE_CLIENT_SECRET");
        }
        return id + ".json";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private record Credentials(String id, String secret) {}
}

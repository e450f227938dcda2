package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;

/** The token that lets clients be registered and users and API keys be added: 256 random bits, made at first start, in a file of mode 0600 that the command line reads. */
final class AdministrationToken {

    static final String FILE = "administration.json";

    private static final String MEMBER = "token";
    private static final String SCHEME = "bearer ";

    private final byte[] hash;
    private final FailedAttempts failedAttempts;

    private AdministrationToken(String token, FailedAttempts failedAttempts) {
        this.hash = Clients.hash(token);
        this.failedAttempts = failedAttempts;
    }

    static AdministrationToken load(SecretFolder folder, SecureRandom random, FailedAttempts failedAttempts)
            throws IOException {
        String text = folder.read(FILE);
        if (text == null) {
            String made = Clients.randomText(random);
            folder.write(FILE, new JsonObject().put(MEMBER, made).encodePrettily());
            return new AdministrationToken(made, failedAttempts);
        }
        try {
            if (new JsonObject(text).getValue(MEMBER) instanceof String token && token.length() >= 32) {
                return new AdministrationToken(token, failedAttempts);
            }
        } catch (DecodeException broken) {
            throw new IOException(unreadable(folder), broken);
        }
        throw new IOException(unreadable(folder));
    }

    /** @throws OAuthError 401 if the request does not carry it, 429 after too many wrong ones */
    void require(HttpServerRequest request) throws OAuthError {
        String address = request.remoteAddress().hostAddress();
        if (!failedAttempts.wait("", address).isZero()) {
            throw OAuthError.tooMany("too many wrong tokens, wait a while", failedAttempts.wait("", address));
        }
        List<String> headers = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        String header = headers.size() == 1 ? headers.get(0) : "";
        boolean bearer = header.toLowerCase(Locale.ROOT).startsWith(SCHEME);
        if (!bearer
                || !MessageDigest.isEqual(
                        hash, Clients.hash(header.substring(SCHEME.length()).trim()))) {
            failedAttempts.failed("", address);
            throw OAuthError.of(
                    401,
                    BearerTokenError.INVALID_TOKEN.getCode(),
                    "the token of <home>/secrets/" + FILE + " is needed");
        }
    }

    private static String unreadable(SecretFolder folder) {
        return "'" + folder.path(FILE) + "' cannot be read: restore it, or delete it to have a new token made";
    }
}

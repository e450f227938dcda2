package io.sluice.gateway.authorization;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Secret;
import io.sluice.common.Setting;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One client that may ask the built-in authorization server for tokens. */
public record ClientConfig(
        @Setting(doc = "Its client_id: letters, digits, '.', '_' and '-', at most 64.")
        String id,

        @Setting(
                doc = "Scopes it may ask for; '*' means every scope that an API of this gateway names.",
                byDefault = "[\"*\"]")
        List<String> scopes,

        @Setting(
                doc =
                        "Its client_secret, for example ${file:/run/secrets/app}; generated at first start into <home>/secrets/<id>.json when absent.",
                byDefault = Setting.ABSENT,
                secret = true)
        @Nullable
        Secret secret,

        @Setting(
                doc =
                        "Where users may be sent back to after signing in, compared exactly; with one, the client may use authorization codes.",
                byDefault = "[]")
        List<String> redirectUris,

        @Setting(
                key = "public",
                doc = "Whether it runs where no secret can be kept, in a browser or on a phone; it then has none.",
                byDefault = "false")
        boolean publicClient) {

    /** Stands for every scope that an API of this gateway names. */
    public static final String ANY_SCOPE = "*";

    /** A shorter secret can be guessed at the rate that the server lets through. */
    private static final int MIN_SECRET_LENGTH = 12;

    /** Names of files that the server itself keeps beside the generated secrets. */
    private static final Set<String> RESERVED = Set.of("clients", "signing-keys");

    /** A client that acts for itself alone. */
    public ClientConfig(String id, List<String> scopes, @Nullable Secret secret) {
        this(id, scopes, secret, List.of(), false);
    }

    /** Validates all members. */
    public ClientConfig {
        if (!id.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
            throw new InvalidSetting(
                    "id", "'" + id + "' must be 1 to 64 letters, digits, '.', '_' or '-', and not begin with '.'");
        }
        if (RESERVED.contains(id)) {
            throw new InvalidSetting("id", "'" + id + "' is the name of a file of the server itself; take another");
        }
        scopes = List.copyOf(scopes);
        for (String scope : scopes) {
            if (!Scopes.isScope(scope)) {
                throw new InvalidSetting("scopes", "'" + scope + "' is not a scope (RFC 6749, section 3.3)");
            }
        }
        redirectUris = List.copyOf(redirectUris);
        for (String uri : redirectUris) {
            String problem = RedirectUris.problem(uri);
            if (problem != null) {
                throw new InvalidSetting("redirect-uris", "'" + uri + "' " + problem);
            }
        }
        if (publicClient && (secret != null || redirectUris.isEmpty())) {
            throw new InvalidSetting("public", "a public client has redirect-uris and no secret");
        }
        if (secret != null && secret.value().length() < MIN_SECRET_LENGTH) {
            throw new InvalidSetting("secret", "must have at least " + MIN_SECRET_LENGTH + " characters");
        }
    }
}

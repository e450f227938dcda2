package io.sluice.gateway.authorization;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import io.sluice.gateway.accounts.AccountsConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The built-in authorization server. */
public record AuthorizationServerConfig(
        @Setting(doc = "Whether /oauth2/* and the RFC 8414 metadata are served.", byDefault = "true")
        boolean enabled,

        @Setting(doc = "Clients that may ask for tokens.", byDefault = "[{id: sluice-cli}]")
        List<ClientConfig> clients,

        @Setting(doc = "How long an access token is good, 1s to 24h.", byDefault = "1h")
        Duration tokenLifetime,

        @Setting(doc = "The claim aud of the tokens.", byDefault = "sluice")
        String audience,

        @Setting(
                doc =
                        "Signature algorithm: ES256, whose key is made at once at first start, or RS256, which is faster to verify.",
                byDefault = "ES256")
        String algorithm,

        @Setting(
                doc = "How long after signing in a client may get fresh access tokens without the user, 1m to 365d.",
                byDefault = "14d")
        Duration refreshLifetime,

        @Setting(
                doc =
                        "Whether clients may register at /oauth2/register (RFC 7591), with the token that is in <home>/secrets/administration.json.",
                byDefault = "true")
        boolean registration,

        AccountsConfig database) {

    private static final Duration MAX_LIFETIME = Duration.ofHours(24);

    private static final Duration MAX_REFRESH = Duration.ofDays(365);

    /** With defaults for what concerns users. */
    public AuthorizationServerConfig(
            boolean enabled, List<ClientConfig> clients, Duration tokenLifetime, String audience, String algorithm) {
        this(
                enabled,
                clients,
                tokenLifetime,
                audience,
                algorithm,
                Duration.ofDays(14),
                true,
                AccountsConfig.embedded());
    }

    /** Validates all members. */
    public AuthorizationServerConfig {
        clients = List.copyOf(clients);
        Set<String> ids = new HashSet<>();
        for (ClientConfig client : clients) {
            if (!ids.add(client.id())) {
                throw new InvalidSetting("clients", "'" + client.id() + "' is there twice; ids must be unique");
            }
        }
        if (tokenLifetime.compareTo(Duration.ofSeconds(1)) < 0 || tokenLifetime.compareTo(MAX_LIFETIME) > 0) {
            throw new InvalidSetting("token-lifetime", "'" + tokenLifetime + "' must be between 1s and 24h");
        }
        if (refreshLifetime.compareTo(Duration.ofMinutes(1)) < 0 || refreshLifetime.compareTo(MAX_REFRESH) > 0) {
            throw new InvalidSetting("refresh-lifetime", "'" + refreshLifetime + "' must be between 1m and 365d");
        }
        if (audience.isBlank()) {
            throw new InvalidSetting("audience", "must not be empty, write for example 'sluice'");
        }
        if (!algorithm.equals("ES256") && !algorithm.equals("RS256")) {
            throw new InvalidSetting("algorithm", "'" + algorithm + "' must be ES256 or RS256");
        }
    }
}

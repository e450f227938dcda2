package io.sluice.gateway.auth;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Secret;
import io.sluice.common.Setting;
import java.net.URI;
import java.time.Duration;

/** How to ask an issuer about opaque tokens. */
public record IntrospectionConfig(
        @Setting(doc = "Address of the introspection endpoint; https, or http on loopback.")
        URI endpoint,

        @Setting(doc = "The client_id of this gateway there.")
        String clientId,

        @Setting(doc = "Its client_secret, sent by HTTP Basic.", secret = true)
        Secret clientSecret,

        @Setting(
                doc =
                        "How long a good token is not asked about again, 0s to 5m; a revocation there is seen this much later.",
                byDefault = "10s")
        Duration cache) {

    /** Validates all members. */
    public IntrospectionConfig {
        if (!IssuerConfig.isSecure(endpoint)) {
            throw new InvalidSetting("endpoint", "'" + endpoint + "' must be an https address (http only on loopback)");
        }
        if (cache.isNegative() || cache.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new InvalidSetting("cache", "'" + cache + "' must be between 0s and 5m");
        }
    }
}

package io.sluice.gateway.api;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The header that tells the upstream who calls: a compact JWS (RFC 7515) signed with the gateway's own key. */
public record IdentityHeader(
        @Setting(doc = "Its name; must begin with X-.", byDefault = "X-Sluice-Identity")
        String name,

        @Setting(
                doc = "How long a statement is good, 1s to 10m; never longer than the access token.",
                byDefault = "60s")
        Duration lifetime,

        @Setting(
                doc = "Claims of the access token that are copied into it, beside iss, sub, client_id and scope.",
                byDefault = "[]")
        List<String> claims) {

    private static final Pattern NAME = Pattern.compile("(?i)X-[A-Z0-9-]{1,60}");
    private static final List<String> OWN =
            List.of("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope", "token_iss");

    /** Validates every member. */
    public IdentityHeader {
        if (!NAME.matcher(name).matches() || name.matches("(?i)X-(Forwarded-.*|Request-Id)")) {
            throw new InvalidSetting("name", "'" + name + "' must be a header of your own that begins with X-");
        }
        ApiRules.requireBetween("lifetime", lifetime, Duration.ofSeconds(1), Duration.ofMinutes(10));
        claims = List.copyOf(claims);
        for (String claim : claims) {
            if (OWN.contains(claim)) {
                throw new InvalidSetting("claims", "'" + claim + "' is set by the gateway. Remove it.");
            }
        }
    }
}

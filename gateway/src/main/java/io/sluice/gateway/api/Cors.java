package io.sluice.gateway.api;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What browsers allow pages of other origins (the CORS protocol of the Fetch standard). */
public record Cors(
        @Setting(doc = "Origins, each compared as a whole, such as 'https://app.example.com'; or '*' alone for all.")
        List<String> origins,

        @Setting(
                doc = "Methods that pages may use, where operations do not say.",
                byDefault = "[GET, HEAD, POST, PUT, PATCH, DELETE]")
        List<String> methods,

        @Setting(
                doc = "Request headers that pages may set.",
                byDefault = "[Authorization, Content-Type, If-Match, If-None-Match, Prefer]")
        List<String> headers,

        @Setting(
                doc = "Response headers that pages may read beside the simple ones.",
                byDefault = "[ETag, Link, Location, Retry-After, X-Request-Id]")
        List<String> expose,

        @Setting(doc = "Whether cookies may be sent; not with '*'.", byDefault = "false")
        boolean credentials,

        @Setting(doc = "How long a browser may remember a pre-flight, 0s to 24h.", byDefault = "10m")
        Duration maxAge) {

    private static final String ANY = "*";

    /** Scheme, host and port as browsers write them: lower case, no path. */
    private static final Pattern ORIGIN = Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** Validates every member. */
    public Cors {
        origins = List.copyOf(origins);
        if (origins.isEmpty()) {
            throw new InvalidSetting("origins", "must name at least one origin, for example 'https://app.example.com'");
        }
        boolean any = origins.contains(ANY);
        for (String origin : origins) {
            if (!origin.equals(ANY) && !ORIGIN.matcher(origin).matches()) {
                throw new InvalidSetting(
                        "origins",
                        "'" + origin + "' must be scheme, host and port in lower case without a path, for example"
                                + " 'https://app.example.com'");
            }
        }
        if (any && origins.size() > 1) {
            throw new InvalidSetting("origins", "'*' means every origin and must stand alone");
        }
        if (any && credentials) {
            throw new InvalidSetting("credentials", "cannot be true for the origin '*'. Name the origins.");
        }
        methods = requireTokens("methods", methods);
        headers = requireTokens("headers", headers);
        expose = requireTokens("expose", expose);
        ApiRules.requireBetween("max-age", maxAge, Duration.ZERO, Duration.ofHours(24));
    }

    /** Whether every origin may. */
    public boolean any() {
        return origins.contains(ANY);
    }

    /** Whether a page of this origin may, compared character by character. */
    public boolean allows(String origin) {
        return any() || origins.contains(origin);
    }

    private static List<String> requireTokens(String key, List<String> names) {
        for (String name : names) {
            if (!TOKEN.matcher(name).matches()) {
                throw new InvalidSetting(key, "'" + name + "' is not a name");
            }
        }
        return List.copyOf(names);
    }
}

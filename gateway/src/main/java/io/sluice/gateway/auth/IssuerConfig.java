package io.sluice.gateway.auth;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One authorization server whose JWT access tokens are accepted. */
public record IssuerConfig(
        @Setting(doc = "The claim iss of its tokens, compared byte for byte; https, or http on loopback.")
        String issuer,

        @Setting(doc = "Names under which this gateway is known to the issuer; a token must carry one of them in aud.")
        List<String> audience,

        @Setting(
                doc = "Address of its keys; found through its metadata (RFC 8414) when absent.",
                byDefault = Setting.ABSENT)
        @Nullable
        URI jwksUri,

        @Setting(doc = "Signature algorithms it may use.", byDefault = "[RS256, ES256, PS256]")
        List<String> algorithms,

        @Setting(
                doc =
                        "Also accept tokens whose typ is JWT or absent, and that lack client_id or jti, for issuers that do not follow RFC 9068.",
                byDefault = "false")
        boolean acceptTypJwt,

        @Setting(doc = "How far in the future nbf may lie; at most 60s. exp is always strict.", byDefault = "5s")
        Duration clockSkew,

        @Setting(
                doc = "How to ask the issuer about tokens that are no JWTs (RFC 7662); without it they are refused.",
                byDefault = Setting.ABSENT)
        @Nullable
        IntrospectionConfig introspection) {

    /** Asymmetric algorithms only: a shared secret at the verifier could also sign. */
    private static final Set<String> SUPPORTED =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final Duration MAX_SKEW = Duration.ofSeconds(60);

    /** An issuer of JWTs only. */
    public IssuerConfig(
            String issuer,
            List<String> audience,
            @Nullable URI jwksUri,
            List<String> algorithms,
            boolean acceptTypJwt,
            Duration clockSkew) {
        this(issuer, audience, jwksUri, algorithms, acceptTypJwt, clockSkew, null);
    }

    /** Validates all members. */
    public IssuerConfig {
        requireSecure("issuer", URI.create(requireUri(issuer)));
        if (jwksUri != null) {
            requireSecure("jwks-uri", jwksUri);
        }
        audience = List.copyOf(audience);
        if (audience.isEmpty() || audience.stream().anyMatch(String::isBlank)) {
            throw new InvalidSetting("audience", "must name at least one audience, for example 'sluice'");
        }
        algorithms = List.copyOf(algorithms);
        if (algorithms.isEmpty() || !SUPPORTED.containsAll(algorithms)) {
            throw new InvalidSetting(
                    "algorithms", algorithms + " must be one or more of " + new TreeSet<>(SUPPORTED) + ", spelled so");
        }
        if (clockSkew.isNegative() || clockSkew.compareTo(MAX_SKEW) > 0) {
            throw new InvalidSetting("clock-skew", "'" + clockSkew + "' must be between 0s and 60s");
        }
    }

    /** Whether a key or metadata address may be trusted: https, or http to a loopback address that is written as such. */
    static boolean isSecure(URI address) {
        String host = address.getHost();
        if (host == null || address.getRawUserInfo() != null || address.getRawFragment() != null) {
            return false;
        }
        return "https".equalsIgnoreCase(address.getScheme())
                || "http".equalsIgnoreCase(address.getScheme()) && isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost") || host.equals("[::1]") || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
    }

    private static void requireSecure(String key, URI address) {
        if (!isSecure(address)) {
            throw new InvalidSetting(key, "'" + address + "' must be an https address (http only on loopback)");
        }
    }

    private static String requireUri(String issuer) {
        try {
            URI uri = URI.create(issuer);
            if (uri.getRawQuery() != null) {
                throw new InvalidSetting("issuer", "'" + issuer + "' must have no query part (RFC 8414, section 2)");
            }
            return issuer;
        } catch (InvalidSetting refused) {
            throw refused;
        } catch (IllegalArgumentException notUri) {
            throw new InvalidSetting("issuer", "'" + issuer + "' is not a URI");
        }
    }
}

package io.sluice.gateway.auth;

import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the value of {@code WWW-Authenticate} (RFC 6750, section 3). Each attribute appears at most once; every value is a quoted string that
 * holds only characters its attribute allows.
 *
 * @param realm the protection space, for a person to read
 * @param resourceMetadata where the RFC 9728 document of the resource is, or null to leave the attribute out
 */
public record Challenge(String realm, @Nullable String resourceMetadata) {

    /** For 401 without credentials: names the scheme and no error (section 3.1). */
    public String missing() {
        return value(null, null, null);
    }

    /** For 401: the token is expired, malformed or not to be trusted. */
    public String invalidToken(String reason) {
        return value("invalid_token", reason, null);
    }

    /** For 401 where the token is bound to a key and came without a good proof (RFC 9449, section 7.1). */
    public String proofNeeded(String reason) {
        String algorithms = DpopProofs.ALGORITHMS.stream().map(Object::toString).collect(Collectors.joining(" "));
        return value("invalid_token", reason, null).replaceFirst("^Bearer", "DPoP") + ", algs=" + quoted(algorithms);
    }

    /** For 403: the token is good, but lacks a scope; {@code needed} are all the scopes the resource asks for. */
    public String insufficientScope(Collection<String> needed) {
        return value("insufficient_scope", null, String.join(" ", needed));
    }

    /** For 400: for example credentials in two places. */
    public String invalidRequest(String reason) {
        return value("invalid_request", reason, null);
    }

    private String value(@Nullable String error, @Nullable String description, @Nullable String scope) {
        StringBuilder value = new StringBuilder("Bearer realm=").append(quoted(realm));
        append(value, "error", error);
        append(value, "error_description", description);
        append(value, "scope", scope);
        append(value, "resource_metadata", resourceMetadata);
        return value.toString();
    }

    private static void append(StringBuilder value, String attribute, @Nullable String text) {
        if (text != null) {
            value.append(", ").append(attribute).append('=').append(quoted(plain(text)));
        }
    }

    /** Only %x20-21 / %x23-5B / %x5D-7E may stand in error_description and scope (RFC 6750, section 3). */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                plain.append('\'');
            } else {
                plain.append(c < ' ' || c > '~' || c == '\\' ? '?' : c);
            }
        }
        return plain.toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c < ' ' || c > '~' ? '?' : c);
        }
        return quoted.append('"').toString();
    }
}

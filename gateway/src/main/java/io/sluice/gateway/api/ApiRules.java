package io.sluice.gateway.api;

import io.sluice.common.InvalidSetting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What both kinds of API file ask of their values. */
final class ApiRules {

    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final int MAX_NAME = 64;
    private static final int MAX_PATH = 200;

    /** scope-token of RFC 6749, section 3.3. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    /** First segments that belong to the gateway itself. */
    private static final Set<String> RESERVED = Set.of("oauth2", "console");

    private ApiRules() {}

    static void requireSegment(String key, String text) {
        if (text.length() > MAX_NAME || !SEGMENT.matcher(text).matches()) {
            throw new InvalidSetting(
                    key,
                    "'" + text + "' must be 1 to " + MAX_NAME
                            + " letters, digits, '.', '_' or '-', and begin with a letter or digit");
        }
    }

    /** The context without slashes around it. */
    static String requireContext(String text) {
        String bare = text.startsWith("/") ? text.substring(1) : text;
        if (bare.length() > MAX_PATH) {
            throw new InvalidSetting(
                    "context", "has " + bare.length() + " characters, at most " + MAX_PATH + " are allowed");
        }
        String[] segments = bare.split("/", -1);
        for (String segment : segments) {
            if (!SEGMENT.matcher(segment).matches()) {
                throw new InvalidSetting(
                        "context",
                        "'" + text
                                + "' must be one or more segments of letters, digits, '.', '_' or '-', for example 'productions' or"
                                + " '/sales/orders'");
            }
        }
        if (RESERVED.contains(segments[0])) {
            throw new InvalidSetting("context", "'/" + segments[0] + "' belongs to the gateway itself; take another");
        }
        return bare;
    }

    static List<String> requireScopes(String key, List<String> scopes) {
        for (String scope : scopes) {
            if (!SCOPE.matcher(scope).matches()) {
                throw new InvalidSetting(
                        key,
                        "'" + scope + "' is not a scope: no blanks, quotes or backslashes (RFC 6749, section 3.3)");
            }
        }
        return List.copyOf(scopes);
    }

    /** RFC 6901. */
    static void requirePointer(String key, String text) {
        if (!text.matches("(/([^~/]|~[01])*)+")) {
            throw new InvalidSetting(key, "'" + text + "' is no JSON pointer to a field, such as '/event/name'");
        }
    }

    static void requireClosed(boolean open, List<String> scopes) {
        if (open && !scopes.isEmpty()) {
            throw new InvalidSetting(
                    "public", "an API with scopes " + scopes + " cannot be public. Remove one of the two.");
        }
    }

    static void requireUpstream(URI uri, Set<String> schemes, String wanted) {
        if (uri.getScheme() == null || !schemes.contains(uri.getScheme())) {
            throw new InvalidSetting("upstream", "'" + withoutUser(uri) + "' must start with " + wanted);
        }
        if (uri.getHost() == null || uri.getPort() > 65_535) {
            throw new InvalidSetting(
                    "upstream", "'" + withoutUser(uri) + "' must name a host and, if any, a port up to 65535");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new InvalidSetting("upstream", "'" + withoutUser(uri) + "' must have no user and no fragment");
        }
    }

    static void requireBetween(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidSetting(
                    key,
                    "must be between " + least.toMillis() + "ms and " + most.toSeconds() + "s, but is "
                            + value.toMillis() + "ms");
        }
    }

    static void requireBetween(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidSetting(key, value + " must be between " + least + " and " + most);
        }
    }

    private static String withoutUser(URI uri) {
        String text = uri.toString();
        return uri.getRawUserInfo() == null ? text : text.replace(uri.getRawUserInfo() + "@", "");
    }
}

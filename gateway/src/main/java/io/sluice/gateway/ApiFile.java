package io.sluice.gateway;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import io.sluice.websocket.FanOut;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One streaming API, as written in one file of the API folder.
 *
 * <pre>
 * name: productions
 * context: productions
 * version: 1.0
 * upstream: ws://127.0.0.1:8025/productions
 * scopes: [productions:read]
 * </pre>
 */
public record ApiFile(
        @Setting(doc = "Name of the API, unique in the folder: letters, digits, '.', '_' and '-', at most 64.")
        String name,

        @Setting(doc = "What it offers, for people.", byDefault = "")
        String description,

        @Setting(doc = "First part of the path, for example 'productions' or '/sales/orders'.")
        String context,

        @Setting(doc = "Last segment of the path, for example '1.0'.")
        String version,

        @Setting(doc = "The WebSocket server that sends the events, ws:// or wss://.")
        URI upstream,

        @Setting(
                doc = "Scopes that a token must have, all of them; with none, any good token will do.",
                byDefault = "[]")
        List<String> scopes,

        @Setting(key = "public", doc = "Whether everybody may connect, without a token.", byDefault = "false")
        boolean open,

        @Setting(doc = "Events that one subscriber may be behind, up to 64MiB in all.", byDefault = "1024")
        int queue,

        @Setting(
                doc =
                        "What happens to a subscriber that is farther behind: it is closed with 1013, or loses the oldest.",
                byDefault = "disconnect")
        FanOut.SlowConsumer slowConsumer,

        @Setting(doc = "What happens to messages that clients send.", byDefault = "ignore")
        ClientFrames clientFrames) {

    /** What happens to messages that clients send. */
    public enum ClientFrames {
        /** They are counted and thrown away. */
        IGNORE,
        /** They go to the upstream; not possible yet. */
        FORWARD
    }

    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final int MAX_NAME = 64;
    private static final int MAX_PATH = 200;
    private static final int MAX_QUEUE = 65_536;

    /** scope-token of RFC 6749, section 3.3. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    /** First segments that belong to the gateway itself. */
    private static final Set<String> RESERVED = Set.of("oauth2", "console");

    /** Validates every member and normalises {@code context} to the form without slashes around it. */
    public ApiFile {
        requireSegment("name", name);
        context = requireContext(context);
        requireSegment("version", version);
        requireUpstream(upstream);
        scopes = List.copyOf(scopes);
        for (String scope : scopes) {
            if (!SCOPE.matcher(scope).matches()) {
                throw new InvalidSetting(
                        "scopes",
                        "'" + scope + "' is not a scope: no blanks, quotes or backslashes (RFC 6749, section 3.3)");
            }
        }
        if (open && !scopes.isEmpty()) {
            throw new InvalidSetting(
                    "public", "an API with scopes " + scopes + " cannot be public. Remove one of the two.");
        }
        if (queue < 1 || queue > MAX_QUEUE) {
            throw new InvalidSetting("queue", queue + " must be between 1 and " + MAX_QUEUE);
        }
        if (clientFrames == ClientFrames.FORWARD) {
            throw new InvalidSetting("client-frames", "'forward' is not possible yet. Write 'ignore'.");
        }
    }

    /** The full path, {@code /context/version}. */
    public String path() {
        return "/" + context + "/" + version;
    }

    private static void requireSegment(String key, String text) {
        if (text.length() > MAX_NAME || !SEGMENT.matcher(text).matches()) {
            throw new InvalidSetting(
                    key,
                    "'" + text + "' must be 1 to " + MAX_NAME
                            + " letters, digits, '.', '_' or '-', and begin with a letter or digit");
        }
    }

    private static String requireContext(String text) {
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

    private static void requireUpstream(URI uri) {
        if (!"ws".equals(uri.getScheme()) && !"wss".equals(uri.getScheme())) {
            throw new InvalidSetting("upstream", "'" + withoutUser(uri) + "' must start with ws:// or wss://");
        }
        if (uri.getHost() == null || uri.getPort() > 65_535) {
            throw new InvalidSetting(
                    "upstream", "'" + withoutUser(uri) + "' must name a host and, if any, a port up to 65535");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new InvalidSetting("upstream", "'" + withoutUser(uri) + "' must have no user and no fragment");
        }
    }

    private static String withoutUser(URI uri) {
        String text = uri.toString();
        return uri.getRawUserInfo() == null ? text : text.replace(uri.getRawUserInfo() + "@", "");
    }
}

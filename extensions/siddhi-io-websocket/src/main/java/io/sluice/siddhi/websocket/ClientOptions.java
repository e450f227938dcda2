package io.sluice.siddhi.websocket;

import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.StoreFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a client source or sink connects.
 *
 * @param url {@code ws} or {@code wss}
 * @param subprotocols what to ask for, best first
 * @param headers sent with the handshake; may hold secrets, never to be logged
 * @param idleTimeout time without a message either way after which the connection is closed; zero waits forever
 * @param truststore whom to trust over {@code wss}; null for the JDK's own trust store
 */
record ClientOptions(
        URI url,
        List<String> subprotocols,
        List<Map.Entry<String, String>> headers,
        Duration idleTimeout,
        @Nullable StoreFile truststore) {

    private static final URI NOWHERE = URI.create("ws://invalid");

    /** Reads the options; problems are left with {@code options}. */
    static ClientOptions read(Options options, ConfigReader system) {
        URI url = url(options);
        return new ClientOptions(
                url,
                CommonOptions.subprotocols(options),
                headers(options),
                CommonOptions.idleTimeout(options),
                "wss".equals(url.getScheme()) ? truststore(options, system) : null);
    }

    boolean secure() {
        return "wss".equals(url.getScheme());
    }

    int port() {
        return url.getPort() > 0 ? url.getPort() : secure() ? 443 : 80;
    }

    /** Path and query, as the request line needs them. */
    String requestTarget() {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    /** The address for messages and logs, without the query and user, which may hold secrets. */
    String shown() {
        return url.getScheme() + "://" + url.getHost() + ":" + port() + url.getRawPath();
    }

    private static URI url(Options options) {
        String text = options.text("url").trim();
        if (text.isEmpty()) {
            return NOWHERE;
        }
        try {
            URI url = new URI(text);
            String scheme = url.getScheme();
            if (("ws".equals(scheme) || "wss".equals(scheme)) && url.getHost() != null && url.getFragment() == null) {
                return url;
            }
            options.problem("option 'url' must be ws://host:port/path or wss://host:port/path, without a fragment");
        } catch (URISyntaxException broken) {
            options.problem("option 'url' is no address: " + broken.getReason() + " at index " + broken.getIndex());
        }
        return NOWHERE;
    }

    /** {@code 'k1:v1','k2:v2'}: quoted, comma between, split at the first colon. Values are kept out of the problem texts. */
    private static List<Map.Entry<String, String>> headers(Options options) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        String text = options.text("headers", "").trim();
        if (text.isEmpty()) {
            return headers;
        }
        if (text.length() < 2 || !text.startsWith("'") || !text.endsWith("'")) {
            options.problem("option 'headers' must look like \"'name1:value1','name2:value2'\"");
            return headers;
        }
        int number = 0;
        for (String header : text.substring(1, text.length() - 1).split("'\\s*,\\s*'", -1)) {
            number++;
            int colon = header.indexOf(':');
            String name = colon < 0 ? "" : header.substring(0, colon).trim();
            if (!CommonOptions.TOKEN.matcher(name).matches() || header.chars().anyMatch(c -> c < ' ' && c != '\t')) {
                options.problem("header " + number + " of option 'headers' is not of the form 'name:value'");
            } else {
                headers.add(Map.entry(name, header.substring(colon + 1).trim()));
            }
        }
        return List.copyOf(headers);
    }

    private static @Nullable StoreFile truststore(Options options, ConfigReader system) {
        String path =
                CommonOptions.appThenSystem(options, system, "truststore.path").orElse(null);
        if (path == null) {
            return null;
        }
        StoreFile truststore = new StoreFile(
                path,
                CommonOptions.appThenSystem(options, system, "truststore.password")
                        .orElse(null));
        try {
            truststore.trust();
        } catch (StoreFile.Unusable trouble) {
            options.problem("option 'truststore.path': " + trouble.getMessage());
        }
        return truststore;
    }
}

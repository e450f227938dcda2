package io.sluice.siddhi.websocket;

import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The options that servers and clients read alike. */
final class CommonOptions {

    /** What RFC 9110 §5.6.2 allows as the name of a header or a subprotocol. */
    static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private CommonOptions() {}

    /** {@code sub.protocol}: a comma-separated list. */
    static List<String> subprotocols(Options options) {
        List<String> protocols = new ArrayList<>();
        for (String name : options.text("sub.protocol", "").split(",")) {
            String trimmed = name.trim();
            if (!trimmed.isEmpty() && !TOKEN.matcher(trimmed).matches()) {
                options.problem("option 'sub.protocol' holds '" + trimmed + "', which is no name of a protocol");
            } else if (!trimmed.isEmpty()) {
                protocols.add(trimmed);
            }
        }
        return List.copyOf(protocols);
    }

    /** {@code idle.timeout}, milliseconds; -1 and 0 wait forever. */
    static Duration idleTimeout(Options options) {
        return Duration.ofMillis(Math.max(0, options.number("idle.timeout", -1, -1, Integer.MAX_VALUE)));
    }

    /** An option for which the deployment configuration holds the default. */
    static Optional<String> appThenSystem(Options options, ConfigReader system, String name) {
        String given = options.textOrNull(name);
        return Optional.ofNullable(given == null ? system.readConfig(name, null) : given)
                .filter(value -> !value.isEmpty());
    }

    /** WebSocket messages carry nothing but their payload; an app that asks for {@code trp:…} would never get an event. */
    static void refuseTransportProperties(Options options, String[] wanted) {
        if (wanted.length > 0) {
            options.problem("has no transport properties, but the mapping asks for 'trp:"
                    + String.join("', 'trp:", wanted) + "'");
        }
    }
}

package io.sluice.siddhi.http;

import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.Option;
import io.sluice.siddhi.kit.Options;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of sinks that send.
 *
 * @param url where to, may differ per event; null where the address comes from elsewhere
 * @param method may differ per event
 * @param headers may differ per event
 * @param refresh OAuth2 refresh token, may differ per event
 * @param basic value of the {@code Authorization} header, or null
 * @param oauth who asks for tokens, or null
 * @param client how to connect
 * @param bounds of one delivery with all its attempts
 * @param retry when to try again
 * @param inFlight deliveries at a time; with 1 the order is kept
 * @param chunked whether bodies go out in chunks
 */
record SenderOptions(
        @Nullable Option url,
        @Nullable Option method,
        @Nullable Option headers,
        @Nullable Option refresh,
        @Nullable String basic,
        Tokens.@Nullable Client oauth,
        ClientSettings client,
        Exchanges.Bounds bounds,
        Sender.Retry retry,
        int inFlight,
        boolean chunked) {

    /**
     * Reads the options; problems are left with {@code options}.
     *
     * @param inFlight deliveries at a time unless the app says otherwise
     * @param addressed whether the options say where to
     */
    static @Nullable SenderOptions read(Options options, ConfigReader system, int inFlight, boolean addressed) {
        Option url = addressed ? options.dynamic("publisher.url") : null;
        if (addressed && url == null) {
            options.problem("option 'publisher.url' is missing");
            return null;
        }
        if (url != null && url.isStatic()) {
            checked(options, url.getValue());
        }
        Option headers = options.dynamic("headers");
        if (headers != null && headers.isStatic()) {
            Settings.read(options, "headers");
        }
        long idle = options.number("socket.idle.timeout", -1, -1, Integer.MAX_VALUE);
        long total = options.number("request.timeout", 30_000, 1, 3_600_000);
        String basic = basic(options);
        return new SenderOptions(
                url,
                options.dynamic("method"),
                headers,
                options.dynamic("refresh.token"),
                basic,
                basic == null ? oauth(options) : null,
                ClientSettings.read(options, system),
                new Exchanges.Bounds(
                        Duration.ofMillis(total),
                        Duration.ofMillis(options.number("max.wait.time", 60_000, 1, 3_600_000)),
                        Duration.ofMillis(idle > 0 ? idle : total)),
                new Sender.Retry(
                        (int) options.number("retry.count", 1, 0, 100),
                        Duration.ofMillis(options.number("retry.interval", 500, 1, 60_000))),
                (int) options.number("max.in.flight", inFlight, 1, 65_535),
                options.given("chunk.disabled") && !options.flag("chunk.disabled", true));
    }

    /**
     * The request for one event.
     *
     * @param contentType unless the headers say otherwise
     * @throws IllegalArgumentException if address, method or headers of the event are not usable; the message holds none of their values
     */
    Outgoing outgoing(Object payload, String contentType, DynamicOptions event) {
        HttpMethod verb = method == null
                ? HttpMethod.POST
                : HttpMethod.valueOf(method.getValue(event).trim().toUpperCase(Locale.ROOT));
        List<Map.Entry<String, String>> all = new ArrayList<>();
        try {
            all.addAll(Settings.parse(headers == null ? "" : String.valueOf(headers.getValue(event))));
        } catch (Settings.Malformed trouble) {
            throw new IllegalArgumentException("option 'headers' " + trouble.getMessage(), trouble);
        }
        boolean bare = verb.equals(HttpMethod.GET) || verb.equals(HttpMethod.HEAD);
        if (!bare && all.stream().noneMatch(header -> header.getKey().equalsIgnoreCase("Content-Type"))) {
            all.add(Map.entry("Content-Type", contentType));
        }
        if (basic != null) {
            all.add(Map.entry("Authorization", basic));
        }
        String to = url == null ? "" : address(url.getValue(event));
        return new Outgoing(verb, to, all, bare ? null : Payloads.body(payload), chunked);
    }

    String refreshOf(DynamicOptions event) {
        return refresh == null ? "" : String.valueOf(refresh.getValue(event));
    }

    static String address(@Nullable String text) {
        try {
            URI url = new URI(String.valueOf(text).trim());
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null) {
                return url.toString();
            }
        } catch (URISyntaxException broken) {
            throw new IllegalArgumentException("option 'publisher.url' is no address: " + broken.getReason(), broken);
        }
        throw new IllegalArgumentException("option 'publisher.url' must be http://host:port/path or https://…");
    }

    private static void checked(Options options, String url) {
        try {
            address(url);
        } catch (IllegalArgumentException broken) {
            options.problem(String.valueOf(broken.getMessage()));
        }
    }

    private static @Nullable String basic(Options options) {
        String user = options.textOrNull("basic.auth.username");
        String password = options.textOrNull("basic.auth.password");
        if ((user == null) != (password == null)) {
            options.problem("options 'basic.auth.username' and 'basic.auth.password' go together");
        }
        return user == null || password == null
                ? null
                : "Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static Tokens.@Nullable Client oauth(Options options) {
        boolean inBody = options.given("body.consumer.key") && options.given("body.consumer.secret");
        boolean client = options.given("consumer.key") && options.given("consumer.secret");
        boolean user = options.given("oauth.username") && options.given("oauth.password");
        if (!inBody && !client && !user) {
            return null;
        }
        if (!inBody && !client) {
            options.problem("OAuth2 needs the options 'consumer.key' and 'consumer.secret'");
        }
        if (!options.given("token.url")) {
            options.problem("OAuth2 needs the option 'token.url'");
        } else {
            checked(options, options.text("token.url"));
        }
        return new Tokens.Client(
                options.text("token.url", "").trim(),
                options.text(client ? "consumer.key" : "body.consumer.key", ""),
                options.text(client ? "consumer.secret" : "body.consumer.secret", ""),
                inBody,
                user ? options.text("oauth.username") : null,
                user ? options.text("oauth.password") : null,
                options.text("oauth.scope", "default").trim());
    }
}

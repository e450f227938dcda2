package io.sluice.siddhi.http;

import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.StoreFile;
import io.vertx.core.http.ClientAuth;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a source or sink listens.
 *
 * @param host bind address
 * @param port bind port; 0 takes any free one, shared within the app
 * @param path the exact path that leads here
 * @param tls null without TLS
 * @param idle time without a byte after which a connection is closed
 * @param socket other settings of the sockets, by the names of {@code server.bootstrap.configurations}
 */
record Listen(String host, int port, String path, @Nullable Tls tls, Duration idle, Map<String, String> socket) {

    static final String NO_DELAY = "server.bootstrap.nodelay";
    static final String KEEP_ALIVE = "server.bootstrap.keepalive";
    static final String SEND_BUFFER = "server.bootstrap.sendbuffersize";
    static final String RECEIVE_BUFFER = "server.bootstrap.recievebuffersize";
    static final String BACKLOG = "server.bootstrap.socket.backlog";

    private static final Set<String> FLAGS = Set.of(NO_DELAY, KEEP_ALIVE);
    private static final Set<String> NUMBERS = Set.of(
            SEND_BUFFER,
            RECEIVE_BUFFER,
            BACKLOG,
            "server.bootstrap.connect.timeout",
            "server.bootstrap.socket.timeout");
    private static final URI NOWHERE = URI.create("http://invalid/");

    /**
     * Reads the options; problems are left with {@code options}.
     *
     * @param urlOption {@code receiver.url} or {@code server.url}
     */
    static Listen read(Options options, ConfigReader system, Place place, String urlOption) {
        URI url = url(options, system, place, urlOption);
        boolean secure = "https".equals(url.getScheme());
        Map<String, String> socket = socket(options);
        String path = url.getRawPath();
        return new Listen(
                "localhost".equalsIgnoreCase(url.getHost()) ? "127.0.0.1" : url.getHost(),
                url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80,
                path == null || path.isEmpty() ? "/" : path,
                secure ? tls(options, system) : null,
                idle(options, socket),
                socket);
    }

    private static URI url(Options options, ConfigReader system, Place place, String option) {
        try {
            URI url = options.given(option) ? new URI(options.text(option).trim()) : byDefault(system, place);
            boolean known = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (known && url.getHost() != null && url.getRawQuery() == null && url.getRawFragment() == null) {
                return url;
            }
            options.problem("option '" + option + "' must be http://host:port/path or https://host:port/path");
        } catch (URISyntaxException broken) {
            options.problem(
                    "option '" + option + "' is no address: " + broken.getReason() + " at index " + broken.getIndex());
        }
        return NOWHERE;
    }

    /** The published default listens on every interface; a server that nobody asked for does not, unless the configuration says so. */
    private static URI byDefault(ConfigReader system, Place place) throws URISyntaxException {
        String scheme = system.readConfig("defaultScheme", "http").toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        String port =
                secure ? system.readConfig("defaultHttpsPort", "8243") : system.readConfig("defaultHttpPort", "8280");
        return new URI(
                scheme,
                null,
                system.readConfig("defaultHost", "127.0.0.1"),
                Integer.parseInt(port.trim()),
                "/" + place.app() + "/" + place.stream(),
                null,
                null);
    }

    private static Map<String, String> socket(Options options) {
        Map<String, String> socket = Settings.read(options, "server.bootstrap.configurations");
        socket.forEach((name, value) -> {
            if (!FLAGS.contains(name) && !NUMBERS.contains(name)) {
                options.problem("option 'server.bootstrap.configurations' has no setting '" + name + "'");
            } else if (NUMBERS.contains(name) ? !value.matches("\\d{1,9}") : !value.matches("(?i)true|false")) {
                options.problem("setting '" + name + "' of option 'server.bootstrap.configurations' is '" + value
                        + "', but must be " + (NUMBERS.contains(name) ? "a whole number" : "true or false"));
            }
        });
        return Map.copyOf(socket);
    }

    private static Duration idle(Options options, Map<String, String> socket) {
        String seconds = socket.getOrDefault("server.bootstrap.socket.timeout", "");
        long byDefault = seconds.matches("\\d{1,9}") ? Long.parseLong(seconds) * 1000 : 120_000;
        long idle = options.number("socket.idle.timeout", byDefault, -1, Integer.MAX_VALUE);
        return Duration.ofMillis(idle < 0 ? byDefault : idle);
    }

    private static @Nullable Tls tls(Options options, ConfigReader system) {
        StoreFile keystore = store(options, system, "https.keystore", "keyStore");
        if (keystore == null) {
            options.problem("https needs a key: option 'https.keystore.file' with 'https.keystore.password', or"
                    + " keyStoreLocation and keyStorePassword in the configuration; there is no default key");
            return null;
        }
        checked(options, "https.keystore.file", keystore::keys);
        StoreFile truststore = store(options, system, "https.truststore", "trustStore");
        if (truststore != null) {
            checked(options, "https.truststore.file", truststore::trust);
        }
        Map<String, String> ssl =
                Settings.read(options, options.given("ssl.configurations") ? "ssl.configurations" : "parameters");
        return new Tls(
                keystore,
                truststore,
                clients(options),
                protocols(options.text("ssl.protocol", ""), ssl.getOrDefault("sslEnabledProtocols", "")),
                list(ssl.getOrDefault("ciphers", "")));
    }

    private static ClientAuth clients(Options options) {
        String verify = options.text("ssl.verify.client", "").trim();
        if (!List.of("", "require", "optional").contains(verify)) {
            options.problem("option 'ssl.verify.client' is '" + verify + "', but must be require or optional");
        }
        return switch (verify) {
            case "require" -> ClientAuth.REQUIRED;
            case "optional" -> ClientAuth.REQUEST;
            default -> ClientAuth.NONE;
        };
    }

    /** {@code ssl.protocol='TLS'} means any; a version such as TLSv1.3 means that one. */
    private static Set<String> protocols(String protocol, String enabled) {
        Set<String> listed = list(enabled);
        return listed.isEmpty() && protocol.matches("TLSv1\\.[23]") ? Set.of(protocol) : listed;
    }

    private static Set<String> list(String commaSeparated) {
        Set<String> values =
                new LinkedHashSet<>(Arrays.asList(commaSeparated.trim().split("\\s*,\\s*")));
        values.remove("");
        return values;
    }

    private static @Nullable StoreFile store(Options options, ConfigReader system, String option, String key) {
        String file = options.textOrNull(option + ".file");
        String path = file == null ? system.readConfig(key + "Location", null) : file;
        String password =
                file == null ? system.readConfig(key + "Password", null) : options.textOrNull(option + ".password");
        return path == null || path.isEmpty() ? null : new StoreFile(path, password);
    }

    private interface Check {
        Object read() throws StoreFile.Unusable;
    }

    private static void checked(Options options, String option, Check check) {
        try {
            check.read();
        } catch (StoreFile.Unusable trouble) {
            options.problem("option '" + option + "': " + trouble.getMessage());
        }
    }
}

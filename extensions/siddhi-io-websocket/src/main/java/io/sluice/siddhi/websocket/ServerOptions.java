package io.sluice.siddhi.websocket;

import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.StoreFile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a server source or sink listens.
 *
 * @param host bind address
 * @param port bind port; 0 takes any free one, shared within the app
 * @param path the path that leads here; null for every path that leads nowhere else
 * @param subprotocols what may be agreed with a client that asks
 * @param idleTimeout time without a message either way after which a connection is closed; zero waits forever
 * @param keystore key and certificate for TLS; null without TLS
 */
record ServerOptions(
        String host,
        int port,
        @Nullable String path,
        List<String> subprotocols,
        Duration idleTimeout,
        @Nullable StoreFile keystore) {

    /** Reads the options; problems are left with {@code options}. */
    static ServerOptions read(Options options, ConfigReader system) {
        String host = options.text("host");
        int port = options.given("port") ? (int) options.number("port", 0, 0, 65_535) : missing(options, "port");
        return new ServerOptions(
                host,
                port,
                path(options),
                CommonOptions.subprotocols(options),
                CommonOptions.idleTimeout(options),
                keystore(options, system));
    }

    /** The protocol to agree on: the first that the client offers and this end knows. */
    @Nullable
    String agreed(List<String> offered) {
        return offered.stream().filter(subprotocols::contains).findFirst().orElse(null);
    }

    private static int missing(Options options, String name) {
        options.text(name);
        return 0;
    }

    private static @Nullable String path(Options options) {
        String path = options.textOrNull("path");
        if (path != null && !path.matches("/[^?#\\s]*")) {
            options.problem(
                    "option 'path' is '" + path + "', but must start with '/' and hold neither '?' nor '#' nor blanks");
        }
        return path;
    }

    private static @Nullable StoreFile keystore(Options options, ConfigReader system) {
        if (!options.flag("tls.enabled", false)) {
            return null;
        }
        Optional<String> path = CommonOptions.appThenSystem(options, system, "keystore.path");
        Optional<String> password = CommonOptions.appThenSystem(options, system, "keystore.password");
        if (path.isEmpty() || password.isEmpty()) {
            options.problem("tls.enabled='true' needs option '"
                    + (path.isEmpty() ? "keystore.path" : "keystore.password")
                    + "': a PKCS12 or JKS file with the server's key; there is no default key");
            return null;
        }
        StoreFile keystore = new StoreFile(path.get(), password.get());
        try {
            keystore.keys();
        } catch (StoreFile.Unusable trouble) {
            options.problem("option 'keystore.path': " + trouble.getMessage());
        }
        return keystore;
    }
}

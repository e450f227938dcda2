package io.sluice.siddhi.http;

import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.StoreFile;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a client connects. Sinks and sources with equal settings share one client with its pool.
 *
 * @param truststore whom to trust over https; null for the JDK's own trust store
 * @param keystore the certificate to show; null for none
 * @param trustAll whether every certificate is good
 * @param verifyHost whether the certificate must name the host
 * @param protocols allowed TLS versions; empty for the JDK's choice
 * @param proxy null for a direct connection
 * @param connections most connections per host
 * @param queue most requests that wait for a connection per host
 * @param idleSeconds after which an unused connection is closed
 * @param socket other settings, by the names of {@code client.bootstrap.configurations}
 */
record ClientSettings(
        @Nullable StoreFile truststore,
        @Nullable StoreFile keystore,
        boolean trustAll,
        boolean verifyHost,
        Set<String> protocols,
        @Nullable Proxy proxy,
        int connections,
        int queue,
        int idleSeconds,
        Map<String, String> socket) {

    static final int DEFAULT_CONNECTIONS = 64;
    private static final int QUEUE = 1024;
    private static final int UNBOUNDED = 4096;
    private static final String PREFIX = "client.bootstrap.";
    private static final Set<String> FLAGS = Set.of(PREFIX + "socket.reuse", PREFIX + "nodelay", PREFIX + "keepalive");
    private static final Set<String> NUMBERS = Set.of(
            PREFIX + "connect.timeout",
            PREFIX + "socket.timeout",
            PREFIX + "sendbuffersize",
            PREFIX + "recievebuffersize");

    /** A forward proxy, with credentials or without. */
    record Proxy(
            String host,
            int port,
            @Nullable String user,
            @Nullable String password) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** Reads the options; problems are left with {@code options}. */
    static ClientSettings read(Options options, ConfigReader system) {
        long active = options.number("max.pool.active.connections", -1, -1, 65_535);
        long exhausted = options.number("exhausted.action", 1, 0, 2);
        int connections = active > 0 ? (int) active : DEFAULT_CONNECTIONS;
        long evictable = options.number("min.evictable.idle.time", 300_000, 1, Integer.MAX_VALUE);
        String protocol = options.text("ssl.protocol", "");
        return new ClientSettings(
                store(options, system, "https.truststore", "trustStore", StoreFile::trust),
                options.given("https.keystore.file")
                        ? store(options, system, "https.keystore", "keyStore", StoreFile::keys)
                        : null,
                options.flag("ssl.verification.disabled", false),
                options.flag("hostname.verification.enabled", true),
                protocol.matches("TLSv1\\.[23]") ? Set.of(protocol) : Set.of(),
                proxy(options),
                exhausted == 2 ? UNBOUNDED : connections,
                exhausted == 0 ? 0 : QUEUE,
                (int) Math.max(1, evictable / 1000),
                socket(options));
    }

    /** For calls to addresses that others name: few connections to each, no client certificate, no proxy. */
    static ClientSettings forCallbacks(Options options, ConfigReader system) {
        return new ClientSettings(
                store(options, system, "https.truststore", "trustStore", StoreFile::trust),
                null,
                false,
                true,
                Set.of(),
                null,
                4,
                QUEUE,
                10,
                Map.of("client.bootstrap.connect.timeout", "5000"));
    }

    long connectTimeout() {
        return Long.parseLong(socket.getOrDefault(PREFIX + "connect.timeout", "10000"));
    }

    HttpClientOptions client() throws StoreFile.Unusable {
        HttpClientOptions client = new HttpClientOptions()
                .setConnectTimeout((int) Math.min(connectTimeout(), Integer.MAX_VALUE))
                .setKeepAliveTimeout(idleSeconds)
                .setDecompressionSupported(true)
                .setTrustAll(trustAll)
                .setVerifyHost(verifyHost && !trustAll);
        if (truststore != null && !trustAll) {
            client.setTrustOptions(truststore.trust());
        }
        if (keystore != null) {
            client.setKeyCertOptions(keystore.keys());
        }
        if (!protocols.isEmpty()) {
            client.setEnabledSecureTransportProtocols(protocols);
        }
        if (proxy != null) {
            client.setProxyOptions(new ProxyOptions()
                    .setType(ProxyType.HTTP)
                    .setHost(proxy.host())
                    .setPort(proxy.port())
                    .setUsername(proxy.user())
                    .setPassword(proxy.password()));
        }
        applySocket(client);
        return client;
    }

    PoolOptions pool() {
        return new PoolOptions()
                .setHttp1MaxSize(connections)
                .setMaxWaitQueueSize(queue)
                .setCleanerPeriod((int) TimeUnit.SECONDS.toMillis(1));
    }

    private void applySocket(HttpClientOptions client) {
        client.setReuseAddress(Boolean.parseBoolean(socket.getOrDefault(PREFIX + "socket.reuse", "false")));
        client.setTcpNoDelay(Boolean.parseBoolean(socket.getOrDefault(PREFIX + "nodelay", "true")));
        client.setTcpKeepAlive(Boolean.parseBoolean(socket.getOrDefault(PREFIX + "keepalive", "true")));
        if (socket.containsKey(PREFIX + "socket.timeout")) {
            client.setIdleTimeout(Integer.parseInt(socket.get(PREFIX + "socket.timeout")));
        }
        if (socket.containsKey(PREFIX + "sendbuffersize")) {
            client.setSendBufferSize(Integer.parseInt(socket.get(PREFIX + "sendbuffersize")));
        }
        if (socket.containsKey(PREFIX + "recievebuffersize")) {
            client.setReceiveBufferSize(Integer.parseInt(socket.get(PREFIX + "recievebuffersize")));
        }
    }

    private static Map<String, String> socket(Options options) {
        Map<String, String> socket = Settings.read(options, "client.bootstrap.configurations");
        socket.forEach((name, value) -> {
            if (!FLAGS.contains(name) && !NUMBERS.contains(name)) {
                options.problem("option 'client.bootstrap.configurations' has no setting '" + name + "'");
            } else if (NUMBERS.contains(name) ? !value.matches("[1-9]\\d{0,8}") : !value.matches("(?i)true|false")) {
                options.problem("setting '" + name + "' of option 'client.bootstrap.configurations' is '" + value
                        + "', but must be " + (NUMBERS.contains(name) ? "a whole number above 0" : "true or false"));
            }
        });
        return Map.copyOf(socket);
    }

    private static @Nullable Proxy proxy(Options options) {
        String host = options.textOrNull("proxy.host");
        if (host == null || host.isBlank()) {
            return null;
        }
        return new Proxy(
                host.trim(),
                (int) options.number("proxy.port", 8080, 1, 65_535),
                options.textOrNull("proxy.username"),
                options.textOrNull("proxy.password"));
    }

    private interface Check {
        Object read(StoreFile file) throws StoreFile.Unusable;
    }

    private static @Nullable StoreFile store(
            Options options, ConfigReader system, String option, String key, Check check) {
        String file = options.textOrNull(option + ".file");
        String path = file == null ? system.readConfig(key + "Location", null) : file;
        if (path == null || path.isEmpty()) {
            return null;
        }
        String password =
                file == null ? system.readConfig(key + "Password", null) : options.textOrNull(option + ".password");
        StoreFile store = new StoreFile(path, password);
        try {
            check.read(store);
        } catch (StoreFile.Unusable trouble) {
            options.problem("option '" + option + ".file': " + trouble.getMessage());
        }
        return store;
    }
}

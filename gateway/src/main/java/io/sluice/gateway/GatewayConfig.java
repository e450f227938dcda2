package io.sluice.gateway;

import io.sluice.common.DataSize;
import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import io.sluice.gateway.auth.IssuerConfig;
import io.sluice.gateway.authorization.AuthorizationServerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gateway: where it listens, what it serves, whom it trusts. */
public record GatewayConfig(
        @Setting(doc = "Address to bind; 0.0.0.0 for all.", byDefault = "127.0.0.1")
        String host,

        @Setting(doc = "Port of the APIs and of /oauth2; 0 takes any free port.", byDefault = "8080")
        int port,

        @Setting(
                doc = "Folder of the API files, one API each. The command line falls back to apis next to home.",
                byDefault = Setting.ABSENT)
        @Nullable
        Path apis,

        @Setting(
                doc =
                        "Authorization servers whose tokens are accepted. With none, the built-in one is trusted if it is enabled.",
                byDefault = "[]")
        List<IssuerConfig> issuers,

        AuthorizationServerConfig authorizationServer,
        Limits limits,

        @Setting(
                doc =
                        "The address under which clients reach the gateway, for example https://api.example.com; the one it listens on when absent.",
                byDefault = Setting.ABSENT)
        @Nullable
        URI publicUrl,

        @Setting(
                doc =
                        "Whether the header Client-Cert (RFC 9440) names the client's certificate; only behind a TLS proxy that sets it and removes the client's own.",
                byDefault = "false")
        boolean trustClientCert) {

    /** Validates port and host. */
    public GatewayConfig {
        if (host.isBlank()) {
            throw new InvalidSetting("host", "must not be empty, write for example '127.0.0.1'");
        }
        if (port < 0 || port > 65_535) {
            throw new InvalidSetting("port", port + " must be between 0 and 65535");
        }
        issuers = List.copyOf(issuers);
        if (publicUrl != null
                && (publicUrl.getHost() == null
                        || publicUrl.getRawQuery() != null
                        || !publicUrl.getRawPath().isEmpty())) {
            throw new InvalidSetting(
                    "public-url",
                    "'" + publicUrl + "' must be scheme and host alone, for example https://api.example.com");
        }
        if (issuers.stream().filter(issuer -> issuer.introspection() != null).count() > 1) {
            throw new InvalidSetting(
                    "issuers", "only one may have introspection: an opaque token does not say whose it is");
        }
    }

    /** The same with another folder of API files. */
    public GatewayConfig withApis(Path folder) {
        return new GatewayConfig(host, port, folder, issuers, authorizationServer, limits, publicUrl, trustClientCert);
    }

    /** Bounds that protect the gateway. */
    public record Limits(
            @Setting(doc = "Open streaming connections in all; more are refused with 503.", byDefault = "20000")
            int maxConnections,

            @Setting(
                    doc =
                            "Open streaming connections per OAuth2 client (per address on public APIs); more are refused with 429.",
                    byDefault = "5000")
            int maxConnectionsPerClient,

            @Setting(
                    doc = "Time from the TCP connection to the complete request, and for checking its token.",
                    byDefault = "10s")
            Duration handshakeTimeout,

            @Setting(
                    doc = "The largest event passed on from an upstream; larger ones are dropped and counted.",
                    byDefault = "16MiB")
            DataSize maxEvent,

            @Setting(
                    doc = "The largest message taken from a client; a larger one is answered with close 1009.",
                    byDefault = "64KiB")
            DataSize maxClientMessage,

            @Setting(
                    doc = "Messages that one client may send in a minute; with more it is closed with 1008.",
                    byDefault = "600")
            int clientMessagesPerMinute,

            @Setting(
                    doc =
                            "Bad tokens from one address in a minute; then tokens from there that are not known to be good are refused with 429, unseen.",
                    byDefault = "300")
            int badTokensPerMinute,

            @Setting(doc = "TCP connections on which no request was let in yet; more are closed.", byDefault = "10000")
            int maxUnprovenConnections,

            @Setting(doc = "Of them, from one address.", byDefault = "4000")
            int maxUnprovenConnectionsPerAddress) {

        /** Validates every bound. */
        public Limits {
            requirePositive("max-connections", maxConnections);
            requirePositive("max-connections-per-client", maxConnectionsPerClient);
            requirePositive("client-messages-per-minute", clientMessagesPerMinute);
            requirePositive("bad-tokens-per-minute", badTokensPerMinute);
            requirePositive("max-unproven-connections", maxUnprovenConnections);
            requirePositive("max-unproven-connections-per-address", maxUnprovenConnectionsPerAddress);
            requireSize("max-event", maxEvent);
            requireSize("max-client-message", maxClientMessage);
            if (handshakeTimeout.compareTo(Duration.ofSeconds(1)) < 0
                    || handshakeTimeout.compareTo(Duration.ofMinutes(5)) > 0) {
                throw new InvalidSetting("handshake-timeout", "'" + handshakeTimeout + "' must be between 1s and 5m");
            }
        }

        private static void requirePositive(String key, int value) {
            if (value < 1) {
                throw new InvalidSetting(key, value + " must be at least 1");
            }
        }

        private static void requireSize(String key, DataSize size) {
            if (size.bytes() < 125 || size.bytes() > 1L << 30) {
                throw new InvalidSetting(key, "'" + size + "' must be between 125B and 1GiB");
            }
        }
    }
}

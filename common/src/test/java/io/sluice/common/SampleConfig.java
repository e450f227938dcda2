package io.sluice.common;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A root record with every kind of setting, for the golden cases. */
record SampleConfig(
        @Setting(doc = "Folder of the state.", byDefault = "./data")
        Path home,

        Listen listen,
        Limits limits,

        @Setting(doc = "Named once, used by name.", byDefault = "{}")
        Map<String, Store> stores,

        @Setting(doc = "Who may issue tokens.", byDefault = "[]")
        List<Issuer> issuers,

        @Setting(doc = "Encryption; off without it.", byDefault = Setting.ABSENT) @Nullable
        Tls tls,

        @Setting(doc = "Free text per name.", byDefault = "{}")
        Map<String, String> labels,

        @Setting(doc = "Where to look.", byDefault = "[siddhi-apps]")
        List<Path> folders) {

    SampleConfig {
        for (int i = 0; i < issuers.size(); i++) {
            if (issuers.get(i).audience().equals("everybody")) {
                throw new InvalidSetting("issuers[" + i + "].audience", "'everybody' is nobody's name");
            }
        }
    }

    record Listen(
            @Setting(doc = "Address.", byDefault = "127.0.0.1")
            String host,

            @Setting(doc = "Port | 0 is any.", byDefault = "8080")
            int port,

            @Setting(doc = "Silence before the connection is closed.", byDefault = "30s")
            Duration idleTimeout) {
        Listen {
            if (port < 0 || port > 65_535) {
                throw new InvalidSetting("port", port + " must be between 0 and 65535");
            }
            if (idleTimeout.isZero()) {
                throw new InvalidSetting("idle-timeout", "must be longer than zero");
            }
        }
    }

    record Limits(
            @Setting(doc = "Largest body.", byDefault = "1MiB")
            DataSize maxBody,

            @Setting(doc = "Share of all.", byDefault = "0.5")
            double share,

            @Setting(doc = "Most events.", byDefault = "5_000_000_000")
            long maxEvents,

            @Setting(doc = "Whether to refuse.", byDefault = "true")
            boolean strict,

            @Setting(doc = "What happens when full.", byDefault = "drop-oldest")
            WhenFull whenFull) {}

    enum WhenFull {
        WAIT,
        DROP_OLDEST,
        DISCONNECT
    }

    record Store(
            @Setting(doc = "Where it is.") URI url,

            @Setting(doc = "Who we are.", byDefault = "sluice")
            String user,

            @Setting(doc = "How we prove it.", byDefault = Setting.ABSENT) @Nullable
            Secret password,

            @Setting(doc = "Connections.", byDefault = "10") int poolSize) {}

    record Issuer(
            @Setting(doc = "Address of the issuer.") URI issuer,
            @Setting(doc = "Our name in its tokens.") String audience) {
        Issuer {
            if (audience.isBlank()) {
                throw new InvalidSetting("audience", "must not be empty");
            }
        }
    }

    record Tls(
            @Setting(doc = "PEM file.") Path certificate,

            @Setting(doc = "A number only we know.", secret = true)
            int pin) {}
}

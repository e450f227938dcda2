package io.sluice.dataservice;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Secret;
import io.sluice.common.Setting;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The data service: where it listens, what it serves, whom it believes. */
public record DataServiceConfig(
        @Setting(doc = "Address to bind; 0.0.0.0 for all.", byDefault = "127.0.0.1")
        String host,

        @Setting(doc = "Port; 0 takes any free port.", byDefault = "9095")
        int port,

        @Setting(
                doc =
                        "Folder of the service files, one service each. The command line falls back to dataservices next to home.",
                byDefault = Setting.ABSENT)
        @Nullable
        Path services,

        @Setting(doc = "How often the folder is looked at for changes; 0s never.", byDefault = "2s")
        Duration reload,

        @Setting(
                doc = "Whom to believe: 'signed' takes the gateway's signed identity header only; 'loopback' also lets"
                        + " callers on this machine without one do everything that needs no claim.",
                byDefault = "signed")
        Trust trust,

        @Setting(
                doc =
                        "Secret of cursors, at least 32 characters: with it they are good at every instance and after a restart.",
                byDefault = Setting.ABSENT,
                secret = true)
        @Nullable
        Secret identitySecret,

        @Setting(doc = "The runner, for resources that read aggregations.")
        RunnerAccess runner,

        Limits limits) {

    /** Where identities come from. */
    public enum Trust {
        /** The signed identity header. */
        SIGNED,
        /** The signed identity header; without one, a connection from this machine. */
        LOOPBACK
    }

    /** Validates port, host and secret. */
    public DataServiceConfig {
        if (host.isBlank()) {
            throw new InvalidSetting("host", "must not be empty, write for example '127.0.0.1'");
        }
        if (port < 0 || port > 65_535) {
            throw new InvalidSetting("port", port + " must be between 0 and 65535");
        }
        if (identitySecret != null && identitySecret.value().length() < 32) {
            throw new InvalidSetting("identity-secret", "must have at least 32 characters");
        }
    }

    /** The same with another folder of service files. */
    public DataServiceConfig withServices(Path folder) {
        return new DataServiceConfig(host, port, folder, reload, trust, identitySecret, runner, limits);
    }

    /** The same with another secret. */
    public DataServiceConfig withIdentitySecret(Secret secret) {
        return new DataServiceConfig(host, port, services, reload, trust, secret, runner, limits);
    }

    /** The same with another way to the runner. */
    public DataServiceConfig withRunner(RunnerAccess access) {
        return new DataServiceConfig(host, port, services, reload, trust, identitySecret, access, limits);
    }

    /** Bounds of the process; those of one service are in its file. */
    public record Limits(
            @Setting(doc = "Threads for pages and writes; each holds one connection.", byDefault = "8")
            int workers,

            @Setting(
                    doc = "Threads for exports (NDJSON, CSV), so that slow readers do not keep others out.",
                    byDefault = "2")
            int exports,

            @Setting(doc = "Requests that may wait for a thread, of each kind; more get 503.", byDefault = "64")
            int queue,

            @Setting(doc = "How long a reader may take nothing before its reply is cut.", byDefault = "10s")
            Duration stall,

            @Setting(doc = "Clients that may follow a resource at once; more get 503.", byDefault = "100")
            int tails,

            @Setting(doc = "Open connections; more are closed at once.", byDefault = "5000")
            int maxConnections) {

        /** Validates every bound. */
        public Limits {
            require("workers", workers, 1, 1000);
            require("exports", exports, 1, 1000);
            require("queue", queue, 1, 100_000);
            require("stall", stall.toMillis(), 100, 600_000);
            require("tails", tails, 1, 100_000);
            require("max-connections", maxConnections, 1, 1_000_000);
        }

        private static void require(String key, long value, long least, long most) {
            if (value < least || value > most) {
                throw new InvalidSetting(key, value + " must be between " + least + " and " + most);
            }
        }
    }
}

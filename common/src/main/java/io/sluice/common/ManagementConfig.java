package io.sluice.common;

import org.jspecify.annotations.Nullable;

/** Where health and metrics are served. The ports of single processes let all of them run on one machine from one file. */
public record ManagementConfig(
        @Setting(doc = "Address to bind.", byDefault = "127.0.0.1")
        String host,

        @Setting(doc = "Port of /health/live, /health/ready and /metrics; 0 takes any free port.", byDefault = "9100")
        int port,

        @Setting(
                doc =
                        "The port where `sluice runner` runs alone, so that all three can share a machine; without it, port.",
                byDefault = Setting.ABSENT)
        @Nullable
        Integer runnerPort,

        @Setting(doc = "The port where `sluice dataservice` runs alone; without it, port.", byDefault = Setting.ABSENT)
        @Nullable
        Integer dataservicePort,

        @Setting(doc = "The port where `sluice gateway` runs alone; without it, port.", byDefault = Setting.ABSENT)
        @Nullable
        Integer gatewayPort) {

    /** Validates the ports. */
    public ManagementConfig {
        check("port", port);
        check("runner-port", runnerPort);
        check("dataservice-port", dataservicePort);
        check("gateway-port", gatewayPort);
    }

    private static void check(String key, @Nullable Integer port) {
        if (port != null && (port < 0 || port > 65_535)) {
            throw new InvalidSetting(key, port + " must be between 0 and 65535");
        }
    }
}

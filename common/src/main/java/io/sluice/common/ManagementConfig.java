package io.sluice.common;

/** Where health and metrics are served. */
public record ManagementConfig(
        @Setting(doc = "Address to bind.", byDefault = "127.0.0.1")
        String host,

        @Setting(doc = "Port of /health/live, /health/ready and /metrics; 0 takes any free port.", byDefault = "9100")
        int port) {

    /** Validates the port. */
    public ManagementConfig {
        if (port < 0 || port > 65_535) {
            throw new InvalidSetting("port", port + " must be between 0 and 65535");
        }
    }
}

package io.sluice.cli;

import io.sluice.common.ManagementConfig;
import org.jspecify.annotations.Nullable;

/** What a long-running process is. Processes of different roles may share one home folder and one configuration file; two of the same may not. */
enum Role {
    /** Everything in one process. */
    UP("run.json", "port", 0, 3),
    /** {@code sluice runner}. */
    RUNNER("run-runner.json", "runner-port", 0, 1),
    /** {@code sluice dataservice}. */
    DATASERVICE("run-dataservice.json", "dataservice-port", 1, 1),
    /** {@code sluice gateway}. */
    GATEWAY("run-gateway.json", "gateway-port", 2, 1);

    private final String runFile;
    private final String managementKey;
    private final long lockFrom;
    private final long lockLength;

    Role(String runFile, String managementKey, long lockFrom, long lockLength) {
        this.runFile = runFile;
        this.managementKey = managementKey;
        this.lockFrom = lockFrom;
        this.lockLength = lockLength;
    }

    /** Name of the file in the home folder that says where this process can be reached. */
    String runFile() {
        return runFile;
    }

    /** The first byte of the lock file that this role claims; {@link #UP} claims those of all others. */
    long lockFrom() {
        return lockFrom;
    }

    /** How many bytes. */
    long lockLength() {
        return lockLength;
    }

    /** The key that names the port of health and metrics: that of the role where the configuration has one. */
    String managementKey(ManagementConfig config) {
        return own(config) == null ? "port" : managementKey;
    }

    /** The port of health and metrics. */
    int managementPort(ManagementConfig config) {
        Integer own = own(config);
        return own == null ? config.port() : own;
    }

    private @Nullable Integer own(ManagementConfig config) {
        return switch (this) {
            case UP -> null;
            case RUNNER -> config.runnerPort();
            case DATASERVICE -> config.dataservicePort();
            case GATEWAY -> config.gatewayPort();
        };
    }
}

package io.sluice.cli;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;

/** The Kafka broker inside the all-in-one process. */
public record KafkaConfig(
        @Setting(doc = "Whether `sluice up` starts a broker of its own.", byDefault = "true")
        boolean embedded,

        @Setting(doc = "Port of the embedded broker, on loopback; 0 takes any free port.", byDefault = "9092")
        int port) {

    /** Validates the port. */
    public KafkaConfig {
        if (port < 0 || port > 65_535) {
            throw new InvalidSetting("port", port + " must be between 0 and 65535");
        }
    }
}

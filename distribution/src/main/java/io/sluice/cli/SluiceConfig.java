package io.sluice.cli;

import io.sluice.common.ManagementConfig;
import io.sluice.common.Setting;
import io.sluice.dataservice.DataServiceConfig;
import io.sluice.gateway.GatewayConfig;
import io.sluice.runner.DataSourceConfig;
import io.sluice.runner.RunnerConfig;
import io.sluice.runner.SiddhiConfig;
import java.nio.file.Path;
import java.util.Map;

/** One file for all processes; each reads its own section and the shared ones. */
public record SluiceConfig(
        @Setting(doc = "Folder of state and generated secrets.", byDefault = "./data")
        Path home,

        @Setting(
                doc =
                        "Databases by name, for apps (datasource='NAME') and data services (datasource: NAME). `sluice up` adds `default`, an H2 file below home.",
                byDefault = "{}")
        Map<String, DataSourceConfig> dataSources,

        @Setting(doc = "The broker inside `sluice up`.") KafkaConfig kafka,

        @Setting(doc = "What the deployment sets for Siddhi's extensions.")
        SiddhiConfig siddhi,

        @Setting(doc = "The host of the Siddhi apps.") RunnerConfig runner,
        @Setting(doc = "REST services over databases.") DataServiceConfig dataservice,

        @Setting(doc = "Whose statements of who calls the data service believes.")
        IdentityConfig identity,

        @Setting(doc = "The API gateway.") GatewayConfig gateway,
        @Setting(doc = "Health and metrics.") ManagementConfig management) {}

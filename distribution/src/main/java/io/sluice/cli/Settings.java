package io.sluice.cli;

import io.sluice.common.ConfigException;
import io.sluice.common.ConfigFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every long-running command finds its configuration. */
final class Settings {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file (YAML). Default: built-in defaults.")
    private @Nullable Path config;

    @Option(names = "--home", paramLabel = "DIR", description = "Where state and secrets live. Default: ./data")
    private @Nullable Path home;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set one configuration key, for example --set gateway.port=0. May be repeated.")
    private List<String> settings = new ArrayList<>();

    /**
     * The effective configuration: built-in defaults, then the file, then {@code SLUICE_…} variables, then flags.
     *
     * @throws ConfigException with every problem at once
     */
    SluiceConfig read() {
        Map<String, String> overrides = flags();
        if (home != null) {
            overrides.put("home", home.toAbsolutePath().toString());
        }
        Path file = config != null ? config : fromEnvironment();
        return ConfigFile.read(file, SluiceConfig.class, System.getenv(), overrides);
    }

    /**
     * What {@code --set} says: dotted key to value.
     *
     * @throws ConfigException if one has not that form
     */
    Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ConfigException(
                        List.of("--set '" + setting + "' is not KEY=VALUE, for example --set gateway.port=0"));
            }
            flags.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return flags;
    }

    private static @Nullable Path fromEnvironment() {
        String file = System.getenv("SLUICE_CONFIG");
        return file == null || file.isBlank() ? null : Path.of(file);
    }
}

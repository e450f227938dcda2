package io.sluice.common;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one YAML file into a record of records.
 *
 * <p>Keys are kebab-case, record components camelCase. {@code ${NAME}}, {@code ${NAME:default}} and {@code ${file:/path}} are resolved in every
 * scalar. Durations are written {@code 250ms}, {@code 2s}, {@code 5m}, {@code 1h}; sizes {@code 64KiB}, {@code 1MiB}. Unknown keys, missing
 * keys, wrong types and values a record refuses are all gathered and thrown together, each with file, line, key and the nearest known name.
 */
public final class ConfigFile {

    private ConfigFile() {}

    /**
     * Reads and binds.
     *
     * @param file the YAML file, or null for "defaults and overrides only"
     * @param root the root record
     * @param environment the process environment; {@code SLUICE_GATEWAY_PORT} sets {@code gateway.port}
     * @param overrides dotted keys to YAML text, from command line flags; stronger than the environment
     * @throws ConfigException with every problem found
     */
    public static <T extends Record> T read(
            @Nullable Path file, Class<T> root, Map<String, String> environment, Map<String, String> overrides) {
        throw new IllegalStateException(file + " " + root + environment + overrides);
    }

    /** The effective configuration as YAML, secrets masked; for the log at start. */
    public static String describe(Record config) {
        throw new IllegalStateException(config.toString());
    }
}

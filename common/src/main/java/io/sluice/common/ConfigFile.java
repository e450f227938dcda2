package io.sluice.common;

import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.sluice.common.Findings.Origin;
import io.sluice.common.YamlTree.Mapping;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Nothing;
import io.sluice.common.YamlTree.Scalar;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one YAML file into a record of records.
 *
 * <p>Keys are kebab-case, record components camelCase. {@code ${NAME}}, {@code ${NAME:default}}, {@code ${env:NAME}} and {@code ${file:/path}}
 * are resolved in every scalar. Durations are written {@code 250ms}, {@code 2s}, {@code 5m}, {@code 1h}; sizes {@code 64KiB}, {@code 1MiB}.
 * Unknown keys, missing keys, wrong types and values a record refuses are all gathered and thrown together, each with file, line, key and the
 * nearest known name.
 *
 * <p>Where a list of single values is expected, one value alone is a list of one: {@code audience: sluice} is {@code audience: [sluice]}. It is not
 * split at commas. Lists of sections are always written as lists.
 *
 * <p>Relative paths are relative to the folder of the file, and to the working directory where they come from a flag or an environment variable
 * or where there is no file.
 */
public final class ConfigFile {

    private ConfigFile() {}

    /**
     * Reads and binds.
     *
     * @param file the YAML file, or null for "defaults and overrides only"
     * @param root the root record
     * @param environment the process environment; {@code SLUICE_GATEWAY_PORT} sets {@code gateway.port}. Lists, and maps as a whole, are written
     *     as YAML: {@code [a, b]}
     * @param overrides dotted keys to YAML text, from command line flags; stronger than the environment
     * @throws ConfigException with every problem found
     */
    public static <T extends Record> T read(
            @Nullable Path file, Class<T> root, Map<String, String> environment, Map<String, String> overrides) {
        return bind(file, root, environment, new Overrides(environment, overrides));
    }

    /**
     * Reads and binds a file beside the configuration, such as one API or one data service. Placeholders are resolved, but no environment
     * variable sets a key: {@code SLUICE_NAME} must not rename every API.
     *
     * @throws ConfigException with every problem found
     */
    public static <T extends Record> T read(Path file, Class<T> root, Map<String, String> environment) {
        return bind(file, root, environment, new Overrides(Map.of(), Map.of()));
    }

    /**
     * Looks at one top-level key, to choose the record that {@link #read(Path, Class, Map)} shall bind the file to.
     *
     * @return the value with placeholders resolved; empty where the file or the key cannot be read, which only reading the whole file explains
     */
    public static Optional<String> peek(Path file, String key, Map<String, String> environment) {
        Findings unused = new Findings();
        if (parse(file, unused) instanceof Mapping root && root.entries().get(key) instanceof Scalar value) {
            Path parent = file.toAbsolutePath().getParent();
            Placeholders placeholders = new Placeholders(environment, parent == null ? Path.of("") : parent);
            return Optional.ofNullable(placeholders.resolve(value.text(), value.origin(), key, unused));
        }
        return Optional.empty();
    }

    /**
     * Reads a file beside the configuration of which one list may hold bad elements: those are left out and reported, so that one bad resource takes
     * no sibling down. Placeholders are resolved; no environment variable sets a key.
     *
     * @param list the key of the tolerant list, for example {@code resources}
     */
    public static <T extends Record> PartialConfig<T> readTolerant(
            Path file, Class<T> root, Map<String, String> environment, String list) {
        Findings findings = new Findings();
        Node tree = parse(file, findings);
        if (tree == null || !findings.lines().isEmpty()) {
            return new PartialConfig<>(null, findings.lines(), Map.of());
        }
        Path parent = file.toAbsolutePath().getParent();
        Path folder = parent == null ? Path.of("") : parent;
        Placeholders placeholders = new Placeholders(environment, folder);
        RecordBinder binder = new RecordBinder(
                folder, new Overrides(Map.of(), Map.of()), placeholders, findings, new TolerantList(list));
        T value = binder.bind(root, tree);
        return new PartialConfig<>(value, findings.lines(), binder.tolerant().lines(tree));
    }

    /**
     * One line, ready to log as a warning, for each {@code SLUICE_…} variable that sets no key of the root record. Not an error, because
     * containers and service managers set variables of their own.
     */
    public static List<String> unknownVariables(Class<? extends Record> root, Map<String, String> environment) {
        return new Overrides(environment, Map.of()).unknownVariables(root);
    }

    /** The effective configuration as YAML, secrets masked; for the log at start. */
    public static String describe(Record config) {
        YAMLFactory factory = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build();
        StringWriter text = new StringWriter();
        try (YAMLGenerator yaml = factory.createGenerator(text)) {
            write(yaml, config);
        } catch (IOException unexpected) {
            throw new UncheckedIOException("writing to a string", unexpected);
        }
        return text.toString();
    }

    private static <T extends Record> T bind(
            @Nullable Path file, Class<T> root, Map<String, String> environment, Overrides overrides) {
        Findings findings = new Findings();
        Node tree = file == null ? new Nothing(new Origin("configuration", 0, "")) : parse(file, findings);
        Path parent = file == null ? null : file.toAbsolutePath().getParent();
        Path folder = parent == null ? Path.of("") : parent;
        overrides.reportUnknownFlags(root, findings);
        T config = tree == null
                ? null
                : new RecordBinder(folder, overrides, new Placeholders(environment, folder), findings).bind(root, tree);
        findings.throwIfAny();
        if (config == null) {
            throw new IllegalStateException("nothing was bound and nothing was found wrong with " + file);
        }
        return config;
    }

    private static @Nullable Node parse(Path file, Findings findings) {
        try {
            return YamlTree.parse(Files.readString(file), line -> Origin.inFile(file.toString(), line), "", findings);
        } catch (NoSuchFileException missing) {
            findings.add(Origin.inFile(file.toString(), 0), "", "there is no such file");
        } catch (CharacterCodingException malformed) {
            findings.add(Origin.inFile(file.toString(), 0), "", "is not UTF-8 text");
        } catch (IOException unreadable) {
            String reason = Files.isDirectory(file) ? "is a folder, not a file" : "cannot be read: " + unreadable;
            findings.add(Origin.inFile(file.toString(), 0), "", reason);
        }
        return null;
    }

    private static void write(YAMLGenerator yaml, Object value) throws IOException {
        if (value instanceof Record section && SettingKey.isSection(value.getClass())) {
            writeSection(yaml, section);
        } else if (value instanceof List<?> list) {
            yaml.writeStartArray();
            for (Object each : list) {
                write(yaml, each);
            }
            yaml.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            yaml.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                yaml.writeFieldName(String.valueOf(entry.getKey()));
                write(yaml, entry.getValue());
            }
            yaml.writeEndObject();
        } else if (value instanceof Number || value instanceof Boolean) {
            yaml.writeNumber(value.toString()); // as it is, without quotes
        } else {
            yaml.writeString(ValueText.write(value));
        }
    }

    private static void writeSection(YAMLGenerator yaml, Record section) throws IOException {
        yaml.writeStartObject();
        for (RecordComponent component : section.getClass().getRecordComponents()) {
            Object value = valueOf(component, section);
            Setting setting = component.getAnnotation(Setting.class);
            if (value != null) {
                yaml.writeFieldName(SettingKey.keyOf(component));
                boolean secret = setting != null && setting.secret();
                write(yaml, secret ? new Secret("") : value);
            }
        }
        yaml.writeEndObject();
    }

    private static @Nullable Object valueOf(RecordComponent component, Record section) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(section);
        } catch (IllegalAccessException | InvocationTargetException unexpected) {
            throw new IllegalStateException(component + " cannot be read", unexpected);
        }
    }
}

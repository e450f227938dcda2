package io.sluice.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** The files in {@code docker/}, as a container engine would read them: anchors and merge keys resolved. */
final class ComposeFiles {

    static final Path FOLDER = SluiceUnderTest.repository().resolve("docker");

    private ComposeFiles() {}

    /** The services of one file: name to settings. */
    static Map<String, Map<String, Object>> services(String file) {
        return map(load(file).get("services"));
    }

    static Map<String, Object> load(String file) {
        try {
            return new Yaml().load(Files.readString(FOLDER.resolve(file)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @SuppressWarnings("unchecked") // YAML maps have text as keys
    static <T> Map<String, T> map(Object node) {
        return node == null ? Map.of() : (Map<String, T>) node;
    }

    @SuppressWarnings("unchecked")
    static <T> List<T> list(Object node) {
        return node == null ? List.of() : (List<T>) node;
    }
}

package io.sluice.runner;

import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.annotation.Element;
import io.siddhi.query.api.definition.StreamDefinition;
import io.siddhi.query.compiler.SiddhiCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the apps of a folder say in their {@code @source} and {@code @sink} annotations, read without building them. A file that cannot be read or parsed is
 * passed over here: its deployment reports it.
 */
public final class AppOptions {

    private final Map<String, String> variables;

    /** @param variables as for {@link AppCheck} */
    public AppOptions(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * All values of some options of all sources and sinks of one type.
     *
     * @param folder with {@code .siddhi} files; nothing is found where it does not exist
     * @param type for example {@code kafka}
     * @param options for example {@code topic} and {@code topic.list}; values are split at commas, dynamic values ({@code {{x}}}) are left out
     * @throws IOException if the folder exists but cannot be read
     */
    public Set<String> values(Path folder, String type, Set<String> options) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path file : new AppFolder(folder).files()) {
            for (StreamDefinition stream : streams(file)) {
                for (Annotation annotation : stream.getAnnotations()) {
                    if (isTransport(annotation) && type.equalsIgnoreCase(annotation.getElement("type"))) {
                        collect(annotation, options, found);
                    }
                }
            }
        }
        return found;
    }

    private Iterable<StreamDefinition> streams(Path file) {
        try {
            Template template = new Template(Files.readString(file), name -> AppCheck.variable(variables, name));
            SiddhiApp app = SiddhiCompiler.parse(template.text());
            return app.getStreamDefinitionMap().values();
        } catch (IOException | RuntimeException reportedAtDeployment) {
            return List.of();
        }
    }

    private static boolean isTransport(Annotation annotation) {
        return annotation.getName().equalsIgnoreCase("source")
                || annotation.getName().equalsIgnoreCase("sink");
    }

    private static void collect(Annotation annotation, Set<String> options, Set<String> found) {
        for (Element element : annotation.getElements()) {
            if (element.getKey() != null
                    && options.contains(element.getKey())
                    && !element.getValue().contains("{{")) {
                for (String value : element.getValue().split(",", -1)) {
                    if (!value.isBlank()) {
                        found.add(value.strip());
                    }
                }
            }
        }
    }
}

package io.sluice.runner;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.compiler.SiddhiCompiler;
import io.sluice.runner.host.Triggers;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.SourceHost;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an app file without starting anything: reads it, fills in its variables, parses it, and builds it on a manager of its own that is thrown
 * away. Building connects to nothing, by the contract of Siddhi's extensions. Thread-safe.
 */
public final class AppCheck {

    private static final String SUFFIX = ".siddhi";

    private final Function<String, @Nullable String> values;
    private final Vertx vertx;
    private final Consumer<SiddhiManager> extensions;

    /**
     * A check with what a deployment configures. Data sources are named and never connected to.
     *
     * @param siddhi what is set for extensions
     * @param dataSources their names
     */
    public AppCheck(Map<String, String> variables, SiddhiConfig siddhi, Set<String> dataSources, Vertx vertx) {
        this(variables, vertx, manager -> {
            siddhi.applyTo(manager);
            dataSources.forEach(name -> manager.setDataSource(name, new NamedOnly(name)));
        });
    }

    /**
     * A check with the extensions of the class path.
     *
     * @param variables values for {@code ${NAME}}; what is not in there comes from the environment, then from the system properties
     * @param vertx for extensions that ask for it; stays open
     */
    public AppCheck(Map<String, String> variables, Vertx vertx) {
        this(variables, vertx, manager -> {});
    }

    /**
     * @param extensions adds extensions that are not found on the class path
     */
    public AppCheck(Map<String, String> variables, Vertx vertx, Consumer<SiddhiManager> extensions) {
        this.values = name -> variable(variables, name);
        this.vertx = vertx;
        this.extensions = extensions;
    }

    /** All that is wrong or doubtful about the file, in the order of the text; empty if nothing is. */
    public List<Finding> check(Path file) {
        return read(file).findings();
    }

    /** Reads and checks a file; each call parses it anew. */
    public AppSource read(Path file) {
        try {
            return read(file, Files.readString(file));
        } catch (IOException trouble) {
            return rejected(
                    file, "", baseName(file), List.of(Finding.error(file, Template.Place.START, unreadable(trouble))));
        }
    }

    /**
     * Checks a text as if it stood in the file; each call parses it anew.
     *
     * @param file need not exist
     */
    public AppSource read(Path file, String text) {
        Template template = new Template(text, values);
        if (!template.unknown().isEmpty()) {
            List<Finding> findings = new ArrayList<>();
            for (Template.Unknown unknown : template.unknown()) {
                findings.add(Finding.error(
                        file,
                        unknown.place(),
                        "variable '" + unknown.variable() + "' has no value; set it under runner.variables or in the"
                                + " environment, or write ${" + unknown.variable() + ":default}"));
            }
            return rejected(file, text, baseName(file), findings);
        }
        return build(file, text, template);
    }

    private AppSource build(Path file, String text, Template template) {
        List<Finding> findings = new ArrayList<>();
        Secrets secrets = new Secrets(template.text());
        SiddhiManager scratch = new SiddhiManager();
        try {
            SiddhiApp app = SiddhiCompiler.parse(template.text());
            Optional<String> name = declaredName(app);
            checkName(file, name, findings);
            findings.addAll(LossDoubts.of(app, file, template));
            if (findings.stream().noneMatch(Finding::isError)) {
                buildOnce(app, scratch);
            }
            findings.addAll(PlanDoubts.of(app, file, template));
            boolean runs = findings.stream().noneMatch(Finding::isError);
            SiddhiApp unused = runs ? SiddhiCompiler.parse(template.text()) : null;
            return new AppSource(file, text, baseName(file), unused, secrets, List.copyOf(findings));
        } catch (RuntimeException | LinkageError refused) {
            findings.add(Finding.error(
                    file,
                    template.inFile(EngineMessage.place(refused)),
                    secrets.mask(EngineMessage.of(
                            refused, template.text(), scratch.getExtensions().keySet()))));
            return rejected(file, text, baseName(file), findings);
        }
    }

    private void buildOnce(SiddhiApp app, SiddhiManager scratch) {
        try (SharedResources resources =
                new SharedResources(vertx, new SimpleMeterRegistry(), Clock.systemUTC(), SourceHost.DIRECT)) {
            try {
                scratch.setAttribute(SharedResources.ATTRIBUTE, resources);
                extensions.accept(scratch);
                Triggers.check(app);
                scratch.createSiddhiAppRuntime(app);
            } finally {
                scratch.shutdown();
            }
        }
    }

    private static void checkName(Path file, Optional<String> name, List<Finding> findings) {
        String expected = baseName(file);
        if (name.isEmpty()) {
            findings.add(Finding.error(
                    file,
                    Template.Place.START,
                    "the app has no name; begin the file with @App:name('" + expected + "')"));
        } else if (!name.get().equals(expected)) {
            findings.add(Finding.error(
                    file,
                    Template.Place.START,
                    "the app is named '" + name.get() + "', but its file '" + file.getFileName()
                            + "'; name them alike: @App:name('" + expected + "'), or the file '" + name.get() + SUFFIX
                            + "'"));
        }
    }

    private static AppSource rejected(Path file, String text, String name, List<Finding> findings) {
        return new AppSource(file, text, name, null, Secrets.none(), List.copyOf(findings));
    }

    /** The {@code @App:name} of a text; empty where it has none or cannot be parsed. */
    Optional<String> nameIn(String text) {
        return declaredName(new Template(text, values).text());
    }

    /** The text's elements, for a person to look at; empty where it cannot be parsed. */
    Optional<Parsed> parsed(String text) {
        String filled = new Template(text, values).text();
        try {
            return Optional.of(new Parsed(filled, SiddhiCompiler.parse(filled), new Secrets(filled)));
        } catch (RuntimeException reportedAtDeployment) {
            return Optional.empty();
        }
    }

    /**
     * A text that could be parsed.
     *
     * @param text with its variables filled in
     * @param app the positions of its elements are of that text
     * @param secrets what must not be shown
     */
    record Parsed(String text, SiddhiApp app, Secrets secrets) {}

    private static Optional<String> declaredName(String text) {
        try {
            return declaredName(SiddhiCompiler.parse(text));
        } catch (RuntimeException unparsable) {
            return Optional.empty(); // reported already, with its place
        }
    }

    private static Optional<String> declaredName(SiddhiApp app) {
        for (Annotation annotation : app.getAnnotations()) {
            if (annotation.getName().equalsIgnoreCase("name")) {
                return annotation.getElements().stream()
                        .map(element -> element.getValue().trim())
                        .filter(name -> !name.isEmpty())
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    private static String baseName(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    private static String unreadable(IOException trouble) {
        if (trouble instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (trouble instanceof MalformedInputException) {
            return "the file is not " + StandardCharsets.UTF_8 + " text";
        }
        return "the file cannot be read: " + trouble;
    }

    /** The value of a variable: as given, else from the environment, else from the system properties. */
    static @Nullable String variable(Map<String, String> variables, String name) {
        String given = variables.get(name);
        if (given == null) {
            given = System.getenv(name);
        }
        return given == null ? System.getProperty(name) : given;
    }
}

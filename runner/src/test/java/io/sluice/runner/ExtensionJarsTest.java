package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.ReturnAttribute;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.config.SiddhiQueryContext;
import io.siddhi.core.executor.ExpressionExecutor;
import io.siddhi.core.executor.function.FunctionExecutor;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.query.api.definition.Attribute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtensionJarsTest {

    @TempDir
    Path folder;

    private final SiddhiManager manager = new SiddhiManager();

    @AfterEach
    void close() {
        manager.shutdown();
    }

    @Test
    void makesWhatIsInTheFolderKnownAndWarnsOfTheSecondOfAName() throws IOException {
        Path first = jar("a.jar", Louder.class.getName());
        Path second = jar("b.jar", Louder.class.getName());
        try (LoggedText log = new LoggedText();
                ExtensionJars jars = ExtensionJars.in(folder)) {
            jars.addTo(manager);

            assertThat(manager.getExtensions()).containsEntry("own:louder", Louder.class);
            assertThat(jars.replacing(new SiddhiManager())).isEmpty();
            assertThat(log.text())
                    .contains("two jars have an extension of the same name", first.toString(), second.toString());
        }
    }

    @Test
    void namesTheJarThatTakesThePlaceOfAShippedExtension() throws IOException {
        Path jar = jar("mine.jar", Upper.class.getName());
        try (ExtensionJars jars = ExtensionJars.in(folder)) {
            assertThat(jars.replacing(manager)).isEqualTo(Map.of("str:upper", jar));

            jars.addTo(manager);

            assertThat(manager.getExtensions()).containsEntry("str:upper", Upper.class);
        }
    }

    @Test
    void leavesOutWhatCannotBeUsedAndSaysSo() throws IOException {
        jar("a.jar", "no.such.Type");
        Files.writeString(folder.resolve("b.jar"), "no jar");
        jar("c.jar", Louder.class.getName());
        try (LoggedText log = new LoggedText();
                ExtensionJars jars = ExtensionJars.in(folder)) {
            jars.addTo(manager);

            assertThat(manager.getExtensions()).containsKey("own:louder");
            assertThat(log.text()).contains("no.such.Type", "cannot be read", "b.jar");
        }
    }

    @Test
    void needsNoFolder() throws IOException {
        try (ExtensionJars jars = ExtensionJars.in(folder.resolve("missing"))) {
            assertThat(jars.replacing(manager)).isEmpty();
        }
    }

    private Path jar(String name, String type) throws IOException {
        Path jar = folder.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("META-INF/annotations/io.siddhi.annotation.Extension"));
            out.write((type + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    /** A function that does not ship. */
    @Extension(
            namespace = "own",
            name = "louder",
            description = "for tests",
            returnAttributes = @ReturnAttribute(type = DataType.STRING, description = "the text"),
            examples = @Example(syntax = "own:louder(x)", description = "for tests"))
    public static class Louder extends FunctionExecutor<State> {
        @Override
        protected StateFactory<State> init(
                ExpressionExecutor[] arguments, ConfigReader config, SiddhiQueryContext context) {
            return null;
        }

        @Override
        protected Object execute(Object[] data, State state) {
            return execute(data[0], state);
        }

        @Override
        protected Object execute(Object data, State state) {
            return data + "!";
        }

        @Override
        public Attribute.Type getReturnType() {
            return Attribute.Type.STRING;
        }
    }

    /** One of the name of a shipped function. */
    @Extension(
            namespace = "str",
            name = "upper",
            description = "for tests",
            returnAttributes = @ReturnAttribute(type = DataType.STRING, description = "the text"),
            examples = @Example(syntax = "str:upper(x)", description = "for tests"))
    public static final class Upper extends Louder {}
}

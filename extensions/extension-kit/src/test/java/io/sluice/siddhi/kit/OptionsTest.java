package io.sluice.siddhi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.annotation.Extension;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.util.config.InMemoryConfigManager;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.testing.CapturedLog;
import io.sluice.siddhi.kit.testing.LineSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void reportsEveryProblemAtOnce() {
        Options options = options(Map.of("port", "many", "on", "maybe", "mode", "fats"));

        options.number("port", 1, 1, 9);
        options.flag("on", false);
        options.choice("mode", "slow", List.of("slow", "fast"));
        options.text("host");
        options.problem("host and port exclude each other");

        assertThatThrownBy(options::verify)
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("source 'line' of stream 'In': ")
                .hasMessageContaining("option 'port' is 'many', but must be a whole number from 1 to 9")
                .hasMessageContaining("option 'on' is 'maybe', but must be true or false")
                .hasMessageContaining("option 'mode' is 'fats', but must be one of slow, fast. Did you mean 'fast'?")
                .hasMessageContaining("option 'host' is missing")
                .hasMessageContaining("host and port exclude each other");
    }

    @Test
    void warnsOfAnUnknownNameWithTheNearestOne() {
        try (CapturedLog log = new CapturedLog(Options.class)) {
            options(Map.of("prot", "1", "type", "line")).verify();

            assertThat(log.lines())
                    .containsExactly(
                            "source 'line' of stream 'In' has no option 'prot', it is ignored. Did you mean 'port'?");
        }
    }

    @Test
    void readsWhatIsGivenAndDefaultsWhatIsNot() {
        Options options = options(Map.of("port", " 7 ", "on", "TRUE", "mode", "Fast"));

        assertThat(options.number("port", 1, 1, 9)).isEqualTo(7);
        assertThat(options.number("other", 5, 1, 9)).isEqualTo(5);
        assertThat(options.flag("on", false)).isTrue();
        assertThat(options.choice("mode", "slow", List.of("slow", "fast"))).isEqualTo("fast");
        assertThat(options.text("host", "here")).isEqualTo("here");
        assertThat(options.textOrNull("host")).isNull();
    }

    @Test
    void refusesABoundaryOverstepByOne() {
        Options options = options(Map.of("port", "10"));

        options.number("port", 1, 1, 9);

        assertThatThrownBy(options::verify).hasMessageContaining("'10', but must be a whole number from 1 to 9");
    }

    @Test
    void refusesATemplateWhereTheOptionIsStatic() {
        OptionHolder holder = new OptionHolder(
                stream(), Map.of(), Map.of("port", "{{port}}"), LineSource.class.getAnnotation(Extension.class));
        Options options = new Options(holder, noConfig(), LineSource.class, "sink 'line' of stream 'In'");

        options.number("port", 1, 1, 9);

        assertThatThrownBy(options::verify).hasMessageContaining("option 'port' may not hold {{...}}");
    }

    @Test
    void prefersTheDeploymentConfigurationWhereAskedTo() {
        OptionHolder holder =
                new OptionHolder(stream(), Map.of(), Map.of(), LineSource.class.getAnnotation(Extension.class));
        InMemoryConfigManager deployment =
                new InMemoryConfigManager(Map.of("source.line.host", "there"), Map.of(), Map.of());
        Options options = new Options(
                holder, deployment.generateConfigReader("source", "line"), LineSource.class, "source 'line'");

        assertThat(options.systemText("host", "here")).isEqualTo("there");
        assertThat(options.systemText("other", "here")).isEqualTo("here");
    }

    private static Options options(Map<String, String> given) {
        OptionHolder holder =
                new OptionHolder(stream(), given, Map.of(), LineSource.class.getAnnotation(Extension.class));
        return new Options(holder, noConfig(), LineSource.class, "source 'line' of stream 'In'");
    }

    private static io.siddhi.core.util.config.ConfigReader noConfig() {
        return new InMemoryConfigManager().generateConfigReader("source", "line");
    }

    private static StreamDefinition stream() {
        return StreamDefinition.id("In").attribute("port", Attribute.Type.INT);
    }
}

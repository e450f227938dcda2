package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppOptionsTest {

    @TempDir
    Path folder;

    private Set<String> topics() throws IOException {
        return new AppOptions(Map.of("REGION", "eu")).values(folder, "kafka", Set.of("topic", "topic.list"));
    }

    private void app(String name, String annotations) throws IOException {
        Files.writeString(
                folder.resolve(name + ".siddhi"),
                "@App:name('" + name + "')\n" + annotations + "\ndefine stream S (name string);\n");
    }

    @Test
    void areThoseOfSourcesAndSinksOfAllApps() throws IOException {
        app("A", "@source(type='kafka', topic.list='one, two,,', @map(type='json'))");
        app("B", "@Sink(type='Kafka', topic='three-${REGION}', @map(type='json'))");

        assertThat(topics()).containsExactly("one", "three-eu", "two");
    }

    @Test
    void leaveOutOtherTypesAndDynamicValues() throws IOException {
        app("A", "@source(type='http', topic.list='no', @map(type='json'))");
        app("B", "@sink(type='kafka', topic='{{name}}', @map(type='json'))");

        assertThat(topics()).isEmpty();
    }

    @Test
    void passOverAFileThatCannotBeParsed() throws IOException {
        app("Good", "@source(type='kafka', topic.list='one', @map(type='json'))");
        Files.writeString(folder.resolve("Broken.siddhi"), "define strem");
        Files.write(folder.resolve("Binary.siddhi"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThat(topics()).containsExactly("one");
    }

    @Test
    void areNoneWithoutAFolder() throws IOException {
        assertThat(new AppOptions(Map.of()).values(folder.resolve("none"), "kafka", Set.of("topic")))
                .isEmpty();
    }
}

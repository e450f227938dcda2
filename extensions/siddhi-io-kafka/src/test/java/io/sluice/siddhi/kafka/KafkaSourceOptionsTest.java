package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.util.config.InMemoryConfigManager;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.Options;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSourceOptionsTest {

    private final Map<String, String> given = new HashMap<>(Map.of(
            "bootstrap.servers", "one:9092, two:9092",
            "topic.list", "a, b",
            "group.id", "g",
            "threading.option", "single.thread"));
    private final Map<String, String> system = new HashMap<>();

    private KafkaSourceOptions read() {
        OptionHolder holder = new OptionHolder(
                StreamDefinition.id("Events"),
                given,
                Map.of(),
                KafkaSource.class.getAnnotation(io.siddhi.annotation.Extension.class));
        Options options = new Options(
                holder,
                new InMemoryConfigManager(system, Map.of(), Map.of()).generateConfigReader("source", "kafka"),
                KafkaSource.class,
                "source 'kafka' of stream 'Events'");
        KafkaSourceOptions read = KafkaSourceOptions.read(options, true);
        options.verify();
        return read;
    }

    @Test
    void readsAllTopicsWithOneConsumerAndLetsTheGroupShare() {
        assertThat(read().plans()).containsExactly(new ConsumerPlan(List.of("a", "b"), List.of()));
    }

    @Test
    void givesEachTopicAConsumer() {
        given.put("threading.option", "topic.wise");
        given.put("partition.no.list", "0,1");

        assertThat(read().plans())
                .containsExactly(
                        new ConsumerPlan(List.of("a"), List.of(0, 1)), new ConsumerPlan(List.of("b"), List.of(0, 1)));
    }

    @Test
    void givesEachPartitionOfEachTopicAConsumer() {
        given.put("threading.option", "partition.wise");
        given.put("partition.no.list", "0,1");

        assertThat(read().plans()).hasSize(4).contains(new ConsumerPlan(List.of("b"), List.of(1)));
    }

    @Test
    void refusesPartitionWiseWithoutPartitions() {
        given.put("threading.option", "partition.wise");

        assertThatThrownBy(this::read)
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("'partition.wise' needs 'partition.no.list'");
    }

    @Test
    void keepsTheClientsOwnCommitsOffUnlessAskedFor() {
        assertThat(read().commits()).isEqualTo(CommitMode.ASYNC);
        assertThat(read().client()).containsEntry("enable.auto.commit", false);

        given.put("enable.async.commit", "false");
        assertThat(read().commits()).isEqualTo(CommitMode.SYNC);

        given.put("enable.offsets.commit", "false");
        assertThat(read().commits()).isEqualTo(CommitMode.NONE);

        given.put("optional.configuration", "enable.auto.commit:true");
        assertThat(read().commits()).isEqualTo(CommitMode.CLIENT);
    }

    @Test
    void readsClientSettingsWithBlanksQuotesCommasAndColons() {
        given.put(
                "optional.configuration",
                " ssl.enabled.protocols : TLSv1.2,TLSv1.3 , sasl.jaas.config:\"a.B required u='x:y';\", fetch.min.bytes:5");

        assertThat(read().client())
                .containsEntry("ssl.enabled.protocols", "TLSv1.2,TLSv1.3")
                .containsEntry("sasl.jaas.config", "a.B required u='x:y';")
                .containsEntry("fetch.min.bytes", "5");
    }

    @Test
    void letsTheDeploymentConfigurationWin() {
        system.put("source.kafka.bootstrap.servers", "prod:9092");
        system.put("source.kafka.topic.list", "c");
        system.put("source.kafka.threading.option", "topic.wise");
        system.put("source.kafka.partition.no.list", "3");

        assertThat(read().client()).containsEntry("bootstrap.servers", "prod:9092");
        assertThat(read().plans()).containsExactly(new ConsumerPlan(List.of("c"), List.of(3)));
    }

    @Test
    void tellsAllProblemsAtOnce() {
        given.put("bootstrap.servers", "one:9092,two");
        given.put("partition.no.list", "0,x");
        given.put("topic.offsets.map", "a=1,zzz=3,b");
        given.put("threading.option", "topic.wize");
        given.put("optional.configuration", "max.poll.records:many");

        assertThatThrownBy(this::read)
                .hasMessageContaining("has 'two', but must be host:port")
                .hasMessageContaining("'partition.no.list' has 'x'")
                .hasMessageContaining("topic 'zzz', which is not in 'topic.list'")
                .hasMessageContaining("has 'b', but must be topic=offset")
                .hasMessageContaining("Did you mean 'topic.wise'?")
                .hasMessageContaining("max.poll.records");
    }
}

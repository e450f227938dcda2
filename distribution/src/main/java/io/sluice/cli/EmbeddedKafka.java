package io.sluice.cli;

import io.sluice.common.HealthChecks;
import io.sluice.common.Service;
import io.sluice.kafka.embedded.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;

/** The broker of {@code sluice up}, with the topics that the apps name. */
final class EmbeddedKafka implements Service {

    private final EmbeddedBroker broker;
    private final Callable<Set<String>> wanted;
    private final HealthChecks health;
    private volatile Set<String> topics = Set.of();

    /**
     * @param log folder of the Kafka log
     * @param port port on loopback, 0 for any
     * @param topics asked once, after the broker is up
     * @param health gets a check {@code kafka}
     */
    EmbeddedKafka(Path log, int port, Callable<Set<String>> topics, HealthChecks health) {
        this.broker = new EmbeddedBroker(log, port);
        this.wanted = topics;
        this.health = health;
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public void start() throws Exception {
        broker.start();
        health.register("kafka", this::state);
        try {
            topics = wanted.call();
            for (String topic : topics) {
                broker.createTopic(topic, 1);
            }
        } catch (Exception failed) {
            broker.close(); // nobody else closes what did not start
            throw failed;
        }
    }

    /** Valid after {@link #start()}. */
    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** The topics that the apps name; valid after {@link #start()}. */
    Set<String> topics() {
        return topics;
    }

    private HealthChecks.State state() {
        return broker.failure()
                .map(fatal -> new HealthChecks.State(false, fatal.getMessage() + "; only a restart helps"))
                .orElseGet(() -> new HealthChecks.State(broker.running(), broker.running() ? "running" : "stopped"));
    }

    @Override
    public void close() {
        health.unregister("kafka");
        broker.close();
    }
}

package io.sluice.kafka.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running combined node: what {@link KafkaRaftServer} puts together, with sockets that are bound already and with faults that are reported instead
 * of halting the JVM.
 */
final class KafkaNode implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaNode.class);

    /** Kafka's own default is five minutes, for clusters that move leaders; there is nobody here to move them to. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Metrics metrics = new Metrics();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final ControllerServer controller;
    private final BrokerServer broker;

    private KafkaNode(KafkaConfig config, BoundPorts ports) {
        var directories = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        MetaPropertiesEnsemble properties = directories._1();
        BootstrapMetadata bootstrap = directories._2();
        QuorumConfig quorum = config.quorumConfig();
        SharedServer shared = new SharedServer(
                config,
                properties,
                Time.SYSTEM,
                metrics,
                CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(quorum.voters())),
                List.of(),
                (name, fatal, action) -> faultHandler(name, fatal, action),
                ports);
        broker = new BrokerServer(shared);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), bootstrap);
    }

    /** Formats the directory if it is new, then starts controller and broker; closes everything if one of them does not start. */
    static KafkaNode start(Path logDir, BoundPorts ports) throws Exception {
        Map<String, String> settings = BrokerSettings.of(logDir, ports);
        if (!Files.exists(logDir.resolve("meta.properties"))) {
            format(logDir);
        }
        KafkaNode node = new KafkaNode(new KafkaConfig(settings, false), ports);
        node.keepProcessAlive();
        try {
            node.controller.startup();
            node.broker.startup();
            return node;
        } catch (Throwable trouble) {
            node.close();
            throw trouble;
        }
    }

    private static void format(Path logDir) throws Exception {
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(BrokerSettings.NODE)
                .addDirectory(logDir.toString())
                .setMetadataLogDirectory(logDir.toString())
                .setControllerListenerName(BoundPorts.CONTROLLER)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Beside its fault handlers Kafka ends the JVM in a few places, at once: a log directory that fails is one. For the JVM as a whole. */
    private void keepProcessAlive() {
        Exit.setExitProcedure(this::refuseExit);
        Exit.setHaltProcedure(this::refuseExit);
    }

    private void refuseExit(int code, @Nullable String message) {
        IllegalStateException fault = new IllegalStateException("Kafka gave up"
                + (message == null ? "" : ": " + message)
                + "; the disk with its data may be full or gone");
        failure.compareAndSet(null, fault);
        LOG.atError().addKeyValue("exitCode", code).setCause(fault).log("embedded Kafka hit a fatal fault");
        throw fault; // ends the thread that wanted to end the process
    }

    private FaultHandler faultHandler(String name, boolean fatal, Runnable action) {
        return (message, cause) -> {
            RuntimeException fault = new IllegalStateException(name + ": " + message, cause);
            LOG.atError().addKeyValue("fatal", fatal).setCause(fault).log("embedded Kafka hit a fault");
            if (fatal) {
                failure.compareAndSet(null, fault);
            }
            action.run();
            return fault;
        };
    }

    @Override
    public void close() {
        Utils.swallow(
                LOG, org.slf4j.event.Level.WARN, "broker did not stop cleanly", () -> broker.shutdown(STOP_LIMIT));
        Utils.swallow(LOG, org.slf4j.event.Level.WARN, "controller did not stop cleanly", controller::shutdown);
        metrics.close();
    }
}

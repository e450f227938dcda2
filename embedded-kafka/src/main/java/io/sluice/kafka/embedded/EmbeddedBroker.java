package io.sluice.kafka.embedded;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this JVM: one node in KRaft mode that is broker and controller, bound to 127.0.0.1 only.
 *
 * <p>The log directory is formatted on first use and continued afterwards. {@link #close()} stops the broker and keeps the data; {@link #start()} may
 * be called again and then uses the same port. Topics come into being when somebody uses them, with one partition. Records may be up to 16 MiB.
 *
 * <p>Thread-safe. Trouble inside Kafka never ends this process: it is logged, and {@link #failure()} tells.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final long ADMIN_SECONDS = 30;
    private static final long LEADER_CHECK_MILLIS = 50;

    private final Path logDir;
    private int port; // guarded by this
    private @Nullable KafkaNode node; // guarded by this

    /**
     * Prepares a broker; nothing is opened yet.
     *
     * @param logDir where records and metadata live; created if missing
     * @param port for clients; 0 takes any free port at the first start and keeps it
     */
    public EmbeddedBroker(Path logDir, int port) {
        this.logDir = logDir.toAbsolutePath().normalize();
        this.port = port;
    }

    /**
     * Starts the broker, and returns when it serves clients. Does nothing if it runs.
     *
     * @throws IOException if the port is taken or the directory cannot be used; the message says which and what to do
     */
    public synchronized EmbeddedBroker start() throws IOException {
        if (node != null) {
            return this;
        }
        long begin = System.nanoTime();
        Files.createDirectories(logDir);
        BoundPorts ports = bind();
        try {
            node = KafkaNode.start(logDir, ports);
        } catch (Exception trouble) {
            ports.close();
            throw new IOException(
                    "embedded Kafka did not start on 127.0.0.1:" + ports.clientsPort() + " with its data in '" + logDir
                            + "': " + trouble.getMessage()
                            + ". Check that no other broker uses this directory and that its files are readable",
                    trouble);
        }
        port = ports.clientsPort();
        LOG.atInfo()
                .addKeyValue("address", bootstrapServers())
                .addKeyValue("logDir", logDir)
                .addKeyValue("elapsed", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms")
                .log("embedded Kafka started");
        return this;
    }

    /** The port for clients; 0 before the first start if any free port was asked for. */
    public synchronized int port() {
        return port;
    }

    /** What clients put into {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port();
    }

    /** Whether the broker is started. */
    public synchronized boolean running() {
        return node != null;
    }

    /** The first fatal trouble inside Kafka since the start, if there was any; only a restart helps then. */
    public synchronized Optional<Throwable> failure() {
        return node == null ? Optional.empty() : node.failure();
    }

    /**
     * Creates a topic, and returns when all its partitions take records. A topic that exists stays as it is, whatever its number of partitions.
     *
     * @throws IOException if the broker refuses or does not answer within 30 s
     */
    public void createTopic(String name, int partitions) throws IOException {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers(), "default.api.timeout.ms", (int) (ADMIN_SECONDS * 1000));
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(Set.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get(ADMIN_SECONDS, TimeUnit.SECONDS);
            awaitLeaders(admin, name, partitions);
        } catch (ExecutionException refused) {
            if (!(refused.getCause() instanceof TopicExistsException)) {
                throw new IOException("topic '" + name + "' was not created: " + refused.getMessage(), refused);
            }
        } catch (TimeoutException silent) {
            throw new IOException(
                    "topic '" + name + "' was not created: no answer from " + bootstrapServers() + " within "
                            + ADMIN_SECONDS + " s",
                    silent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("topic '" + name + "' was not created: interrupted", interrupted);
        }
    }

    /** A new topic is announced a moment before its partitions are led; a producer that comes in between may lose its first batch. */
    private static void awaitLeaders(Admin admin, String name, int partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            ends.put(new TopicPartition(name, i), OffsetSpec.latest());
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ADMIN_SECONDS);
        while (true) {
            try {
                admin.listOffsets(ends).all().get(ADMIN_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException notYet) {
                // the broker that just created the topic may still answer that it knows none of that name
                if (!(notYet.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > deadline) {
                    throw notYet;
                }
                TimeUnit.MILLISECONDS.sleep(LEADER_CHECK_MILLIS);
            }
        }
    }

    /** Stops the broker and frees its ports; data and port number are kept for the next start. Safe to call twice. */
    @Override
    public synchronized void close() {
        if (node != null) {
            node.close();
            node = null;
            LOG.atInfo().addKeyValue("port", port).log("embedded Kafka stopped");
        }
    }

    private BoundPorts bind() throws IOException {
        try {
            return BoundPorts.bind(port);
        } catch (BindException taken) {
            throw new IOException(
                    "port " + port + " on 127.0.0.1 is already in use, embedded Kafka cannot listen there. "
                            + "Stop the program that uses it, or choose another port (0 takes any free one)",
                    taken);
        }
    }
}

package io.sluice.kafka.embedded;

import java.nio.file.Path;
import java.util.Map;

/** What the single node is told: one replica of everything, nothing that waits for nodes that do not exist, little memory. */
final class BrokerSettings {

    static final int NODE = 1;

    private static final String LARGEST_RECORD = String.valueOf(16 * 1024 * 1024);

    private BrokerSettings() {}

    static Map<String, String> of(Path logDir, BoundPorts ports) {
        String clients = BoundPorts.CLIENTS + "://127.0.0.1:" + ports.clientsPort();
        String controller = BoundPorts.CONTROLLER + "://127.0.0.1:" + ports.controllerPort();
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", String.valueOf(NODE)),
                Map.entry("controller.quorum.voters", NODE + "@127.0.0.1:" + ports.controllerPort()),
                Map.entry("controller.listener.names", BoundPorts.CONTROLLER),
                Map.entry("listeners", clients + "," + controller),
                Map.entry("advertised.listeners", clients),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", logDir.toString()),
                // a newcomer may publish with any client, to any topic
                Map.entry("auto.create.topics.enable", "true"),
                Map.entry("num.partitions", "1"),
                Map.entry("default.replication.factor", "1"),
                Map.entry("min.insync.replicas", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("group.min.session.timeout.ms", "1000"),
                Map.entry("message.max.bytes", LARGEST_RECORD),
                Map.entry("replica.fetch.max.bytes", LARGEST_RECORD),
                // answers of the node to itself: waiting costs start and stop time, and saves nothing
                Map.entry("broker.heartbeat.interval.ms", "500"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "2"),
                Map.entry("background.threads", "2"),
                Map.entry("group.coordinator.threads", "1"),
                Map.entry("transaction.state.log.load.buffer.size", "65536"),
                Map.entry("log.cleaner.dedupe.buffer.size", "4194304"));
    }
}

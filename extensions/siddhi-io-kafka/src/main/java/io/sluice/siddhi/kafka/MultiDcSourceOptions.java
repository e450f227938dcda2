package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The options of {@code source:kafkaMultiDC}, checked.
 *
 * @param clusters what to read of each cluster, by its address, in the order given
 * @param binary values are bytes, not text
 */
record MultiDcSourceOptions(Map<String, KafkaSourceOptions> clusters, boolean binary) {

    private static final int LARGEST_PARTITION = 999_999_999;

    static MultiDcSourceOptions read(Options options, boolean createsTopics) {
        Map<String, String> given =
                ClientProperties.parse("optional.configuration", options.textOrNull("optional.configuration"), options);
        boolean binary = options.flag("is.binary.message", false);
        ConsumerPlan plan = new ConsumerPlan(
                List.of(topic(options)), List.of((int) options.number("partition.no", 0, 0, LARGEST_PARTITION)));
        Map<String, KafkaSourceOptions> clusters = new LinkedHashMap<>();
        for (String servers : servers(options)) {
            // the group has no members and no commits: the position is in the snapshots
            String group = "sluice-multidc-" + UUID.randomUUID();
            Map<String, Object> client = KafkaSourceOptions.client(servers, group, createsTopics, given);
            client.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
            if (clusters.isEmpty()) {
                ClientProperties.check(
                        client, given.keySet(), ConsumerConfig.configNames(), ConsumerConfig::new, options);
            }
            clusters.put(
                    servers,
                    new KafkaSourceOptions(
                            List.of(plan), binary, true, Map.of(), CommitMode.NONE, createsTopics, client));
        }
        return new MultiDcSourceOptions(clusters, binary);
    }

    private static String topic(Options options) {
        String topic = options.text("topic").trim();
        if (topic.isEmpty() && options.given("topic")) {
            options.problem("option 'topic' is empty");
        }
        return topic;
    }

    /** Exactly two addresses that differ, one for each cluster; else problems are reported. */
    static List<String> servers(Options options) {
        String system = options.systemText("bootstrap.servers", "");
        String text = system.isBlank() ? options.text("bootstrap.servers") : system;
        List<String> servers = new ArrayList<>(
                Arrays.stream(text.split(",", -1)).map(String::trim).toList());
        if (options.given("bootstrap.servers") || !system.isBlank()) {
            ClientProperties.checkServers(text, options);
            if (servers.size() != 2) {
                options.problem("option 'bootstrap.servers' names " + servers.size()
                        + " servers, but must name exactly two: one of each cluster, host:port,host:port");
            } else if (servers.get(0).equals(servers.get(1))) {
                options.problem("option 'bootstrap.servers' names '" + servers.get(0)
                        + "' twice, but must name one server of each of two clusters");
            }
        }
        return servers;
    }
}

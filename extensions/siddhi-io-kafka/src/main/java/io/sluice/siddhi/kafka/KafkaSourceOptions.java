package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The options of {@code source:kafka}, checked.
 *
 * @param plans what each consumer reads, by {@code threading.option}
 * @param binary hand bytes over, not text
 * @param sequenced expect sequence headers and drop duplicates
 * @param firstOffsets last consumed offset by topic, for an app that has nothing to restore
 * @param commits how offsets reach the broker
 * @param createsTopics whether a missing topic may be created on first use
 * @param client the settings of the Kafka client
 */
record KafkaSourceOptions(
        List<ConsumerPlan> plans,
        boolean binary,
        boolean sequenced,
        Map<String, Long> firstOffsets,
        CommitMode commits,
        boolean createsTopics,
        Map<String, Object> client) {

    static final List<String> THREADING = List.of("single.thread", "topic.wise", "partition.wise");

    static KafkaSourceOptions read(Options options, boolean createsTopics) {
        String servers = text(options, "bootstrap.servers");
        ClientProperties.checkServers(servers, options);
        List<String> topics = list(text(options, "topic.list"));
        if (topics.isEmpty() && options.given("topic.list")) {
            options.problem("option 'topic.list' names no topic");
        }
        Map<String, String> given =
                ClientProperties.parse("optional.configuration", options.textOrNull("optional.configuration"), options);
        Map<String, Object> client = client(servers, text(options, "group.id"), createsTopics, given);
        ClientProperties.check(client, given.keySet(), ConsumerConfig.configNames(), ConsumerConfig::new, options);
        return new KafkaSourceOptions(
                plans(threading(options), topics, partitions(options), options),
                options.flag("is.binary.message", false),
                options.flag("seq.enabled", false),
                offsets(options, topics),
                commits(options, given),
                createsTopics,
                client);
    }

    private static String text(Options options, String name) {
        String system = options.systemText(name, "");
        return system.isBlank() ? options.text(name).trim() : system.trim();
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .distinct()
                .toList();
    }

    private static String threading(Options options) {
        String system = options.systemText("threading.option", "").trim();
        if (system.isEmpty()) {
            return options.choice("threading.option", null, THREADING);
        }
        if (!THREADING.contains(system)) {
            options.problem("the system value of 'threading.option' is '" + system + "', but must be one of "
                    + String.join(", ", THREADING));
        }
        return system;
    }

    private static List<Integer> partitions(Options options) {
        String text = options.systemText("partition.no.list", options.text("partition.no.list", ""));
        List<Integer> partitions = new ArrayList<>();
        for (String part : list(text)) {
            if (part.matches("\\d{1,9}")) {
                partitions.add(Integer.valueOf(part));
            } else {
                options.problem("option 'partition.no.list' has '" + part + "', but must be a comma list of numbers");
            }
        }
        return partitions;
    }

    private static List<ConsumerPlan> plans(
            String threading, List<String> topics, List<Integer> partitions, Options options) {
        return switch (threading) {
            case "topic.wise" ->
                topics.stream()
                        .map(topic -> new ConsumerPlan(List.of(topic), partitions))
                        .toList();
            case "partition.wise" -> {
                if (partitions.isEmpty()) {
                    options.problem("threading.option 'partition.wise' needs 'partition.no.list'");
                }
                yield topics.stream()
                        .flatMap(topic -> partitions.stream()
                                .map(partition -> new ConsumerPlan(List.of(topic), List.of(partition))))
                        .toList();
            }
            default -> List.of(new ConsumerPlan(topics, partitions));
        };
    }

    private static Map<String, Long> offsets(Options options, List<String> topics) {
        Map<String, Long> offsets = new TreeMap<>();
        for (String entry : list(options.text("topic.offsets.map", ""))) {
            String[] parts = entry.split("=", -1);
            String topic = parts[0].trim();
            if (parts.length != 2 || !parts[1].trim().matches("-?\\d{1,18}")) {
                options.problem(
                        "option 'topic.offsets.map' has '" + entry + "', but must be topic=offset,topic=offset");
            } else if (!topics.contains(topic)) {
                options.problem("option 'topic.offsets.map' has topic '" + topic + "', which is not in 'topic.list'");
            } else {
                offsets.put(topic, Long.valueOf(parts[1].trim()));
            }
        }
        return offsets;
    }

    private static CommitMode commits(Options options, Map<String, String> given) {
        boolean async = options.flag("enable.async.commit", true);
        boolean enabled = options.flag("enable.offsets.commit", true);
        if (Boolean.parseBoolean(given.get(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG))) {
            return CommitMode.CLIENT;
        }
        if (!enabled) {
            return CommitMode.NONE;
        }
        return async ? CommitMode.ASYNC : CommitMode.SYNC;
    }

    static Map<String, Object> client(String servers, String group, boolean createsTopics, Map<String, String> given) {
        Map<String, Object> client = new HashMap<>();
        client.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        client.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        client.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, createsTopics);
        client.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        client.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        // a topic that appears later is noticed within seconds, not after Kafka's five minutes
        client.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        if (!"consumer".equalsIgnoreCase(given.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
            client.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 30_000);
        }
        client.putAll(new LinkedHashMap<>(given));
        return client;
    }
}

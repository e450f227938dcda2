package io.sluice.siddhi.kafka;

import io.siddhi.core.util.transport.Option;
import io.sluice.siddhi.kit.Options;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code sink:kafka}, checked.
 *
 * @param topic target topic; may differ per event
 * @param partition target partition, or null to leave it to the partitioner; may differ per event
 * @param key record key, or null for none; may differ per event
 * @param headers record headers as {@code name:value,name:value}, or null for none; may differ per event
 * @param sequenceId sender id of sequence headers, or null for none
 * @param binary payloads are bytes
 * @param synchronous wait for the broker's acknowledgement of each record
 * @param client the settings of the Kafka client
 */
record KafkaSinkOptions(
        @Nullable Option topic,
        @Nullable Option partition,
        @Nullable Option key,
        @Nullable Option headers,
        @Nullable String sequenceId,
        boolean binary,
        boolean synchronous,
        Map<String, Object> client) {

    private static final int LARGEST_RECORD = 16 * 1024 * 1024;

    static KafkaSinkOptions read(Options options) {
        String servers = text(options, "bootstrap.servers");
        ClientProperties.checkServers(servers, options);
        String extra = options.systemText("optional.configuration", options.text("optional.configuration", ""));
        Map<String, String> given = ClientProperties.parse("optional.configuration", extra, options);
        Map<String, Object> client = client(servers, given);
        ClientProperties.check(client, given.keySet(), ProducerConfig.configNames(), ProducerConfig::new, options);
        if (!options.given("topic")) {
            options.problem("option 'topic' is missing");
        }
        String sequenceId = options.systemText("sequence.id", options.text("sequence.id", ""));
        return new KafkaSinkOptions(
                options.dynamic("topic"),
                options.dynamic("partition.no"),
                options.dynamic("key"),
                options.dynamic("headers"),
                sequenceId.isEmpty() ? null : sequenceId,
                options.flag("is.binary.message", false),
                options.flag("is.synchronous", false),
                client);
    }

    private static String text(Options options, String name) {
        String system = options.systemText(name, "");
        return system.isBlank() ? options.text(name).trim() : system.trim();
    }

    /** Retries are Kafka's: without end, in order and without duplicates, until {@code delivery.timeout.ms}. */
    static Map<String, Object> client(String servers, Map<String, String> given) {
        Map<String, Object> client = new HashMap<>();
        client.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        client.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        client.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        client.put(ProducerConfig.ACKS_CONFIG, "all");
        client.put(ProducerConfig.BATCH_SIZE_CONFIG, 65_536);
        // With more, a second batch may reach a topic that was created a moment ago while the first was refused; the
        // broker takes the second as the
        // start of the sequence, and never takes the first any more.
        client.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        client.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        client.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 33_554_432L);
        client.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD);
        // the calling thread may own the whole app: it waits for room or for metadata, but not a minute
        client.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        client.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        // Kafka's default forgets the topics when no broker is left, and then nothing can be buffered during an outage
        client.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        client.putAll(given);
        return client;
    }
}

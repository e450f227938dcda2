package io.sluice.siddhi.kafka;

import io.siddhi.core.util.transport.Option;
import io.siddhi.core.util.transport.OptionHolder;
import io.sluice.siddhi.kit.Options;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code sink:kafkaMultiDC}, checked.
 *
 * @param clusters how to write to each cluster, by its address, in the order given
 */
record MultiDcSinkOptions(Map<String, KafkaSinkOptions> clusters) {

    private static final int LARGEST_PARTITION = 999_999_999;

    /**
     * Reads them.
     *
     * @param sender the sender id where the app gives no {@code sequence.id}
     */
    static MultiDcSinkOptions read(Options options, OptionHolder holder, String sender) {
        String extra = options.systemText("optional.configuration", options.text("optional.configuration", ""));
        Map<String, String> given = ClientProperties.parse("optional.configuration", extra, options);
        if (options.text("topic").isBlank() && options.given("topic")) {
            options.problem("option 'topic' is empty");
        }
        options.number("partition.no", 0, 0, LARGEST_PARTITION); // only to report a bad one
        Option partition = holder.getOrCreateOption("partition.no", "0");
        String sequenceId = sequenceId(options, sender);
        boolean binary = options.flag("is.binary.message", false);
        @Nullable Option topic = options.dynamic("topic");
        @Nullable Option key = options.dynamic("key");
        Map<String, KafkaSinkOptions> clusters = new LinkedHashMap<>();
        for (String servers : MultiDcSourceOptions.servers(options)) {
            Map<String, Object> client = client(servers, given);
            if (clusters.isEmpty()) {
                ClientProperties.check(
                        client, given.keySet(), ProducerConfig.configNames(), ProducerConfig::new, options);
            }
            clusters.put(servers, new KafkaSinkOptions(topic, partition, key, null, sequenceId, binary, false, client));
        }
        return new MultiDcSinkOptions(clusters);
    }

    private static String sequenceId(Options options, String sender) {
        String given = options.systemText("sequence.id", options.text("sequence.id", ""));
        if (given.contains("~")) {
            options.problem("option 'sequence.id' may not hold '~', which ends the sequence header");
        }
        return given.isBlank() ? sender : given;
    }

    private static Map<String, Object> client(String servers, Map<String, String> given) {
        Map<String, Object> client = KafkaSinkOptions.client(servers, given);
        client.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        if (!given.containsKey(ProducerConfig.MAX_BLOCK_MS_CONFIG)) {
            // the other cluster is there: an away one may not hold it up for long
            client.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        }
        return client;
    }
}

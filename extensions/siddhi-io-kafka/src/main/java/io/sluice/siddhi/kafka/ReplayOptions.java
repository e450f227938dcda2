package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.Options;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The options of {@code source:kafka-replay-response}, checked.
 *
 * @param sinkId whose requests it takes
 * @param threads replays that may run at once
 * @param reading how records are read
 */
record ReplayOptions(String sinkId, int threads, KafkaSourceOptions reading) {

    private static final int SEVERAL = 4;

    static ReplayOptions read(Options options) {
        String system = options.systemText("bootstrap.servers", "");
        String servers = system.isBlank() ? options.text("bootstrap.servers").trim() : system.trim();
        ClientProperties.checkServers(servers, options);
        String sinkId = options.text("sink.id").trim();
        String threading = options.choice("threading.option", null, KafkaSourceOptions.THREADING);
        Map<String, String> given =
                ClientProperties.parse("optional.configuration", options.textOrNull("optional.configuration"), options);
        Map<String, Object> client = KafkaSourceOptions.client(servers, options.text("group.id"), false, given);
        client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // records that go meanwhile are an error
        // what is asked for is there already; Kafka's half a second of waiting for more only delays the end of a replay
        client.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
        client.putAll(given);
        ClientProperties.check(client, given.keySet(), ConsumerConfig.configNames(), ConsumerConfig::new, options);
        options.flag("enable.offsets.commit", true); // accepted as ever; a replay commits nothing
        options.flag("enable.async.commit", true);
        KafkaSourceOptions reading = new KafkaSourceOptions(
                List.of(),
                options.flag("is.binary.message", false),
                options.flag("seq.enabled", false),
                Map.of(),
                CommitMode.NONE,
                false,
                client);
        return new ReplayOptions(sinkId, threading.equals("single.thread") ? 1 : SEVERAL, reading);
    }
}

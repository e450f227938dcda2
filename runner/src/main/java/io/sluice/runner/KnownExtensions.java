package io.sluice.runner;

import java.util.Locale;
import java.util.Map;

/** Where the published extensions that do not ship are to be had: their Maven coordinates, as the projects name them. */
final class KnownExtensions {

    private static final String DROP = " and put it into the folder 'extensions' of the home folder";

    private static final Map<String, String> BY_TRANSPORT = Map.ofEntries(
            Map.entry("tcp", "io.siddhi.extension.io.tcp:siddhi-io-tcp"),
            Map.entry("nats", "io.siddhi.extension.io.nats:siddhi-io-nats"),
            Map.entry("mqtt", "io.siddhi.extension.io.mqtt:siddhi-io-mqtt"),
            Map.entry("jms", "io.siddhi.extension.io.jms:siddhi-io-jms"),
            Map.entry("rabbitmq", "io.siddhi.extension.io.rabbitmq:siddhi-io-rabbitmq"),
            Map.entry("email", "io.siddhi.extension.io.email:siddhi-io-email"),
            Map.entry("prometheus", "io.siddhi.extension.io.prometheus:siddhi-io-prometheus"),
            Map.entry("grpc", "io.siddhi.extension.io.grpc:siddhi-io-grpc"),
            Map.entry("cdc", "io.siddhi.extension.io.cdc:siddhi-io-cdc"),
            Map.entry("s3", "io.siddhi.extension.io.s3:siddhi-io-s3"),
            Map.entry("sqs", "io.siddhi.extension.io.sqs:siddhi-io-sqs"));

    private static final Map<String, String> BY_STORE = Map.of(
            "mongodb", "io.siddhi.extension.store.mongodb:siddhi-store-mongodb",
            "redis", "io.siddhi.extension.store.redis:siddhi-store-redis",
            "elasticsearch", "io.siddhi.extension.store.elasticsearch:siddhi-store-elasticsearch",
            "cassandra", "io.siddhi.extension.store.cassandra:siddhi-store-cassandra");

    private static final Map<String, String> BY_MAPPER = Map.of(
            "avro", "io.siddhi.extension.map.avro:siddhi-map-avro",
            "binary", "io.siddhi.extension.map.binary:siddhi-map-binary",
            "protobuf", "io.siddhi.extension.map.protobuf:siddhi-map-protobuf");

    private static final Map<String, String> BY_FUNCTION = Map.of(
            "unique", "io.siddhi.extension.execution.unique:siddhi-execution-unique",
            "json", "io.siddhi.extension.execution.json:siddhi-execution-json",
            "reorder", "io.siddhi.extension.execution.reorder:siddhi-execution-reorder",
            "timeseries", "io.siddhi.extension.execution.timeseries:siddhi-execution-timeseries",
            "geo", "io.siddhi.extension.execution.geo:siddhi-execution-geo",
            "env", "io.siddhi.extension.execution.env:siddhi-execution-env",
            "graph", "io.siddhi.extension.execution.graph:siddhi-execution-graph");

    private KnownExtensions() {}

    /**
     * What to do about an extension that is not there.
     *
     * @param name as {@code namespace:name}
     */
    static String whereToGet(String name) {
        int colon = name.indexOf(':');
        String namespace = colon < 0 ? "" : name.substring(0, colon);
        String type = name.substring(colon + 1).toLowerCase(Locale.ROOT);
        String coordinates = switch (namespace) {
            case "source", "sink" -> BY_TRANSPORT.get(type);
            case "sourceMapper", "sinkMapper" -> BY_MAPPER.get(type);
            case "store" -> BY_STORE.get(type);
            default -> BY_FUNCTION.get(namespace);
        };
        return coordinates == null
                ? "Get its jar from whoever made it" + DROP
                : "Get the jar " + coordinates + " from a Maven repository" + DROP;
    }
}

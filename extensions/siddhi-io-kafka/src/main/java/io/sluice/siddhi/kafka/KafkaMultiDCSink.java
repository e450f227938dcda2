package io.sluice.siddhi.kafka;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.PendingOutput;
import io.sluice.siddhi.kit.SharedResources;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

/**
 * {@code @sink(type='kafkaMultiDC', …)}: writes each event to a topic of two Kafka clusters, with a sequence header by which
 * {@code source:kafkaMultiDC} makes one stream of both again.
 *
 * <ol>
 *   <li>An event is sent when one cluster has it. While a cluster is away the other carries on; what the away one misses is counted in
 *       {@code runner_sink_cluster_events_missing_total}, and {@code runner_sink_cluster_connected} shows which is there.
 *   <li>An event that reaches neither cluster goes to the sink's {@code on.error}.
 *   <li>Records wait for a cluster in its producer's buffer (32 MiB, 2 minutes), see {@link KafkaSink}. A cluster without room holds the app up for 2 s
 *       at most, every 10 s at most.
 * </ol>
 */
@Extension(
        name = "kafkaMultiDC",
        namespace = "sink",
        description = "Writes to the same topic of two Kafka clusters, numbered.",
        parameters = {
            @Parameter(
                    name = "bootstrap.servers",
                    description = "One server of each cluster, host:port,host:port.",
                    type = DataType.STRING),
            @Parameter(name = "topic", description = "The topic, in both clusters.", type = DataType.STRING),
            @Parameter(
                    name = "sequence.id",
                    description =
                            "Sender id of the sequence headers; differs from that of every other sender of the topic.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "names of app and stream"),
            @Parameter(
                    name = "key",
                    description = "Record key.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "partition.no",
                    description = "The partition, in both clusters.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "0"),
            @Parameter(
                    name = "is.binary.message",
                    description = "Payloads are bytes, not text.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "optional.configuration",
                    description =
                            "More settings for both Kafka clients, key:value,key:value; they override all others.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none")
        },
        examples =
                @Example(
                        syntax = "@sink(type='kafkaMultiDC', topic='orders', sequence.id='shop',"
                                + " bootstrap.servers='east:9092,west:9092', @map(type='json'))\n"
                                + "define stream Orders (id string, amount double);",
                        description = "Writes orders to both data centres."))
public final class KafkaMultiDCSink extends Sink<KafkaSinkState> implements PendingOutput {

    private final Deliveries deliveries = new Deliveries();
    private final KafkaSinkState unsaved = new KafkaSinkState();
    private @Nullable Wiring wiring;
    private volatile List<ClusterSender> clusters = List.of();
    private @Nullable ExtensionMeters meters;

    /** What {@link #init} learns. */
    private record Wiring(String stream, MultiDcSinkOptions options, SiddhiAppContext app, SharedResources resources) {}

    /** What became of one event's copies. */
    private record Copies(
            Object payload,
            DynamicOptions dynamic,
            Deliveries.Ticket ticket,
            AtomicInteger missing,
            AtomicBoolean arrived) {
        Copies(Object payload, DynamicOptions dynamic, Deliveries.Ticket ticket) {
            this(payload, dynamic, ticket, new AtomicInteger(), new AtomicBoolean());
        }

        /** One copy less; true if that was the last. */
        boolean lose() {
            return missing.incrementAndGet() == 2;
        }
    }

    /** For Siddhi. */
    public KafkaMultiDCSink() {}

    @Override
    protected StateFactory<KafkaSinkState> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        Options options = new Options(
                holder, system, KafkaMultiDCSink.class, "sink 'kafkaMultiDC' of stream '" + stream.getId() + "'");
        String sender = (app.getName() + "/" + stream.getId()).replace('~', '_');
        MultiDcSinkOptions read = MultiDcSinkOptions.read(options, holder, sender);
        options.verify();
        wiring = new Wiring(stream.getId(), read, app, SharedResources.of(app));
        SharedResources.of(app).host().await(app, this);
        return KafkaSinkState::new;
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class, byte[].class, ByteBuffer.class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[] {"key"};
    }

    /** Makes the producers, which find their brokers on their own; existing ones are kept, they heal themselves. */
    @Override
    public synchronized void connect() throws ConnectionUnavailableException {
        Wiring wired = wired();
        if (clusters.isEmpty()) {
            ExtensionMeters counting =
                    ExtensionMeters.sink(wired.resources, wired.app.getName(), wired.stream, "kafkaMultiDC");
            List<ClusterSender> made = new ArrayList<>();
            wired.options
                    .clusters()
                    .forEach((cluster, options) -> made.add(cluster(wired, cluster, options, counting)));
            counting.gauge("connected", () -> made.stream().anyMatch(ClusterSender::connected) ? 1 : 0);
            counting.gauge(
                    "queue.bytes",
                    () -> made.stream().mapToDouble(ClusterSender::waitingBytes).sum());
            meters = counting;
            clusters = made;
        }
        boolean any = false;
        for (ClusterSender cluster : clusters) {
            any |= cluster.connect();
        }
        if (!any) {
            throw new ConnectionUnavailableException(
                    "no Kafka producer for stream '" + wired.stream + "': see the warnings of both clusters before");
        }
    }

    private ClusterSender cluster(Wiring wired, String cluster, KafkaSinkOptions options, ExtensionMeters counting) {
        RecordSender.Acknowledgements counter = new RecordSender.Acknowledgements() {
            @Override
            public void acknowledged(Object tag) {
                counting.count("cluster.events.sent", 1, "cluster", cluster);
                if (tag instanceof Copies copies && copies.arrived.compareAndSet(false, true)) {
                    counting.count(1);
                    deliveries.settle(copies.ticket);
                }
            }

            @Override
            public void failed(Object tag) {
                counting.error();
            }
        };
        ClusterSender made = new ClusterSender(
                cluster,
                new SinkRecords(options, wired.resources.clock()),
                () -> new RecordSender(
                        new KafkaProducer<>(options.client()),
                        counter,
                        work -> wired.app.getScheduledExecutorService().execute(work),
                        lost -> lost(lost, cluster, counting),
                        new Deliveries()), // an event counts, not its copies
                System::nanoTime);
        counting.gauge("cluster.connected", () -> made.connected() ? 1 : 0, "cluster", cluster);
        return made;
    }

    @Override
    public void publish(Object payload, DynamicOptions dynamic, @Nullable KafkaSinkState state)
            throws ConnectionUnavailableException {
        List<ClusterSender> targets = clusters;
        ExtensionMeters counting = meters;
        if (targets.isEmpty() || counting == null) {
            throw new ConnectionUnavailableException("the sink is not connected");
        }
        KafkaSinkState numbers = state == null ? unsaved : state; // Siddhi has no state for @distribution
        Copies copies = new Copies(payload, dynamic, deliveries.take());
        List<Exception> refusals = new ArrayList<>();
        synchronized (numbers) { // numbers must reach the producers in their order
            long number = numbers.next();
            List<String> names = List.copyOf(wired().options.clusters().keySet());
            for (int i = 0; i < targets.size(); i++) {
                Exception refusal = targets.get(i).send(payload, dynamic, number, copies);
                if (refusal != null) {
                    refusals.add(refusal);
                    counting.count("cluster.events.missing", 1, "cluster", names.get(i));
                }
            }
            if (refusals.size() < targets.size()) {
                numbers.sent(number);
            }
        }
        settle(copies, refusals, targets.size());
    }

    private void settle(Copies copies, List<Exception> refusals, int targets) throws ConnectionUnavailableException {
        if (refusals.size() == targets) {
            deliveries.settle(copies.ticket); // the caller, or on.error below, takes care of it before the app goes on
            for (Exception refusal : refusals) {
                if (refusal instanceof ConnectionUnavailableException unavailable) {
                    throw unavailable;
                }
            }
            onError(copies.payload, copies.dynamic, refusals.get(0));
            return;
        }
        for (Exception refusal : refusals) {
            if (copies.lose()) {
                give(copies, refusal);
            }
        }
    }

    private void lost(RecordSender.Lost lost, String cluster, ExtensionMeters counting) {
        counting.count("cluster.events.missing", 1, "cluster", cluster);
        if (lost.tag() instanceof Copies copies && copies.lose()) {
            give(copies, lost.cause());
        }
    }

    private void give(Copies copies, Exception cause) {
        try {
            onError(copies.payload, copies.dynamic, cause);
        } finally {
            deliveries.settle(copies.ticket);
        }
    }

    @Override
    public long given() {
        return deliveries.given();
    }

    /** An event is settled as soon as one cluster has it. */
    @Override
    public long settled() {
        return deliveries.settled();
    }

    /** Sends what is buffered, for at most 10 s per cluster; what reaches neither goes to {@code on.error}. Safe to call twice. */
    @Override
    public synchronized void disconnect() {
        clusters.forEach(ClusterSender::close);
    }

    @Override
    public synchronized void destroy() {
        if (meters != null) {
            meters.close();
            meters = null;
            clusters = List.of();
        }
    }

    @Override
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }

    private Wiring wired() {
        if (wiring == null) {
            throw new IllegalStateException("init was not called");
        }
        return wiring;
    }
}

package io.sluice.siddhi.kafka;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.LiveConnection;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.SharedResources;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * {@code @source(type='kafkaMultiDC', …)}: reads the same topic in two Kafka clusters, which a {@code sink:kafkaMultiDC} writes, as one stream.
 *
 * <ol>
 *   <li>Each event goes through once, in the order of its sender's numbers, from whichever cluster has it first ({@link Resequencer}: 1000 events,
 *       10 ms).
 *   <li>While a cluster is away the other carries on; {@code runner_source_cluster_connected} shows which is there.
 *   <li>A restored app continues behind its snapshot in both clusters. Nothing is committed to Kafka: without a snapshot reading starts at the earliest
 *       record, as it always has.
 * </ol>
 *
 * <p>Apart from the published source: each sender is numbered by itself, and what comes late is passed on, not dropped.
 */
@Extension(
        name = "kafkaMultiDC",
        namespace = "source",
        description =
                "Reads one topic of two Kafka clusters as one stream, without duplicates. Properties for @attributes as in"
                        + " source 'kafka'.",
        parameters = {
            @Parameter(
                    name = "bootstrap.servers",
                    description = "One server of each cluster, host:port,host:port.",
                    type = DataType.STRING),
            @Parameter(name = "topic", description = "The topic, in both clusters.", type = DataType.STRING),
            @Parameter(
                    name = "partition.no",
                    description = "The partition, in both clusters.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "0"),
            @Parameter(
                    name = "is.binary.message",
                    description = "Values are bytes, not text.",
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
                        syntax = "@source(type='kafkaMultiDC', topic='orders', bootstrap.servers='east:9092,west:9092',"
                                + " @map(type='json'))\n"
                                + "define stream Orders (id string, amount double);",
                        description = "Reads orders of both data centres, each once."))
public final class KafkaMultiDCSource extends Source<MultiDcSourceState> implements LiveConnection {

    private final PollerGroup pollers = new PollerGroup();
    private @Nullable Wiring wiring;
    private volatile @Nullable MultiDcSourceState state;
    private volatile @Nullable ClusterMerge merge;
    private @Nullable ExtensionMeters meters;

    /** What {@link #init} learns. */
    private record Wiring(
            SourceEventListener listener,
            MultiDcSourceOptions options,
            String[] properties,
            boolean mapperTakesBytes,
            SiddhiAppContext app,
            SharedResources resources) {}

    /** For Siddhi. */
    public KafkaMultiDCSource() {}

    @Override
    public StateFactory<MultiDcSourceState> init(
            SourceEventListener listener,
            OptionHolder holder,
            String[] properties,
            ConfigReader system,
            SiddhiAppContext app) {
        Options options = new Options(
                holder,
                system,
                KafkaMultiDCSource.class,
                "source 'kafkaMultiDC' of stream '" + getStreamDefinition().getId() + "'");
        MultiDcSourceOptions read = MultiDcSourceOptions.read(options, app.isTransportChannelCreationEnabled());
        options.verify();
        boolean takesBytes =
                Arrays.asList(getMapper().getSupportedInputEventClasses()).contains(byte[].class);
        wiring = new Wiring(listener, read, properties.clone(), takesBytes, app, SharedResources.of(app));
        return () -> new MultiDcSourceState(this::restored);
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class, byte[].class, ByteBuffer.class};
    }

    /** Starts a consumer for each cluster and returns; they find their brokers on their own, now or when they are there. */
    @Override
    public void connect(ConnectionCallback callback, MultiDcSourceState current) {
        Wiring wired = wired();
        state = current;
        if (meters == null) {
            meters = meters(wired);
        }
        ClusterMerge merging = new ClusterMerge(
                wired.listener,
                new RecordProperties(wired.properties, wired.resources.clock()),
                wired.options.binary(),
                wired.mapperTakesBytes,
                meters,
                System::nanoTime);
        merging.continueAfter(current.position());
        merge = merging;
        for (String cluster : wired.options.clusters().keySet()) {
            pollers.add(poller(wired, cluster, merging, meters));
        }
        int next = 0;
        for (String cluster : wired.options.clusters().keySet()) {
            KafkaPoller poller = pollers.all().get(next++);
            poller.start(
                    current.position().of(cluster),
                    listener -> wired.resources
                            .host()
                            .open(wired.app, getStreamDefinition().getId(), listener));
        }
    }

    private ExtensionMeters meters(Wiring wired) {
        ExtensionMeters made = ExtensionMeters.source(
                wired.resources, wired.app.getName(), getStreamDefinition().getId(), "kafkaMultiDC");
        made.gauge("connected", () -> pollers.connected() > 0 ? 1 : 0);
        made.gauge("in.flight.batches", pollers::inFlight);
        made.gauge("reorder.events", () -> {
            ClusterMerge current = merge;
            return current == null ? 0 : current.waiting();
        });
        int next = 0;
        for (String cluster : wired.options.clusters().keySet()) {
            int place = next++;
            made.gauge("cluster.connected", () -> connected(place) ? 1 : 0, "cluster", cluster);
        }
        return made;
    }

    /** True while one cluster is there: the other carries on. */
    @Override
    public boolean isLive() {
        return pollers.connected() > 0;
    }

    private boolean connected(int place) {
        return place < pollers.all().size() && pollers.all().get(place).connected();
    }

    private KafkaPoller poller(Wiring wired, String cluster, ClusterMerge merging, ExtensionMeters counting) {
        KafkaSourceOptions options = wired.options.clusters().get(cluster);
        if (options == null) {
            throw new IllegalArgumentException("no cluster " + cluster);
        }
        Intake intake = merging.intake(cluster, position -> state().move(position));
        return new KafkaPoller(
                "kafka-multidc-source-" + wired.app.getName() + "-"
                        + getStreamDefinition().getId() + "-" + cluster,
                options.plans().get(0),
                options,
                new RecordFeed(intake, counting),
                counting,
                new PoisonRecords(wired.app, getStreamDefinition().getId(), counting),
                () -> new KafkaConsumer<>(options.client()),
                (partition, lag) -> counting.gauge("cluster.lag.records", lag, "cluster", cluster));
    }

    private MultiDcSourceState state() {
        MultiDcSourceState current = state;
        if (current == null) {
            throw new IllegalStateException("the source is not connected");
        }
        return current;
    }

    /** Siddhi put a snapshot into a new state object. */
    private void restored(MultiDcSourceState newState) {
        ClusterMerge merging = merge;
        if (state == null || merging == null || pollers.all().isEmpty()) {
            return; // connect will get it
        }
        state = newState;
        pollers.all().forEach(poller -> poller.feed().handOver().hold());
        merging.continueAfter(newState.position());
        int next = 0;
        for (Map.Entry<String, KafkaSourceOptions> cluster :
                wired().options.clusters().entrySet()) {
            pollers.all().get(next++).restart(position(newState, cluster.getKey(), cluster.getValue()));
        }
    }

    /** A cluster of which the snapshot knows nothing is read from its start again; the numbers tell what is new. */
    private static Position position(MultiDcSourceState restored, String cluster, KafkaSourceOptions options) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        options.plans().get(0).assignment().forEach(partition -> offsets.put(partition, -1L));
        offsets.putAll(restored.position().of(cluster).offsets());
        return new Position(offsets, Map.of());
    }

    /** Returns when the app is through with everything it got; waits at most 30 s, and not at all on the app's own thread. */
    @Override
    public void pause() {
        pollers.pause(getStreamDefinition().getId());
    }

    @Override
    public void resume() {
        pollers.resume();
    }

    @Override
    public void disconnect() {
        pollers.close();
    }

    @Override
    public void destroy() {
        if (meters != null) {
            meters.close();
            meters = null;
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

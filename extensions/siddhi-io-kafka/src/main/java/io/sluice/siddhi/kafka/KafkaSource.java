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
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code @source(type='kafka', …)}: reads Kafka topics.
 *
 * <ol>
 *   <li>Position and app state agree: the offsets in a snapshot are those of the events that the app has processed, and a restored app continues
 *       behind them, whatever the group has committed.
 *   <li>An offset is committed only when the host says that the app will never ask for the record again. The client's own auto commit stays off unless
 *       {@code optional.configuration} asks for it.
 *   <li>{@link #pause()} returns when nothing is in flight.
 *   <li>A broker that is away, at the start or later, is waited for; the source loses nothing that the topic keeps.
 * </ol>
 *
 * <p>{@code enable.offsets.commit} = whether offsets are committed at all; {@code enable.async.commit} = whether the poll thread waits for each commit.
 */
@Extension(
        name = "kafka",
        namespace = "source",
        description =
                "Reads records of Kafka topics. Properties for @attributes: trp:topic, trp:partition, trp:offset, trp:key,"
                        + " trp:record.timestamp, trp:event.timestamp, trp:check.sum, and any other name for the record header of that name.",
        parameters = {
            @Parameter(name = "bootstrap.servers", description = "Comma list of host:port.", type = DataType.STRING),
            @Parameter(name = "topic.list", description = "Comma list of topics.", type = DataType.STRING),
            @Parameter(name = "group.id", description = "Consumer group.", type = DataType.STRING),
            @Parameter(
                    name = "threading.option",
                    description =
                            "single.thread: one consumer; topic.wise: one per topic; partition.wise: one per topic and"
                                    + " listed partition.",
                    type = DataType.STRING),
            @Parameter(
                    name = "partition.no.list",
                    description =
                            "Comma list of partitions, read from every topic without the group's assignment. Without it"
                                    + " the group shares the partitions out.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "shared out by the group"),
            @Parameter(
                    name = "seq.enabled",
                    description = "Expect the sequence headers of a sink with sequence.id, and drop duplicates.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "is.binary.message",
                    description = "Values are bytes, not text.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "topic.offsets.map",
                    description =
                            "topic=offset,topic=offset: last consumed offsets, for an app without a restored snapshot.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "enable.offsets.commit",
                    description = "Commit offsets of processed records to the group.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true"),
            @Parameter(
                    name = "enable.async.commit",
                    description = "Go on polling while a commit is under way.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true"),
            @Parameter(
                    name = "optional.configuration",
                    description = "More settings for the Kafka client, key:value,key:value; they override all others.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none")
        },
        examples =
                @Example(
                        syntax =
                                "@source(type='kafka', topic.list='orders', group.id='shop', threading.option='single.thread',"
                                        + " bootstrap.servers='localhost:9092', @map(type='json'))\n"
                                        + "define stream Orders (id string, amount double);",
                        description = "Reads JSON from topic orders."))
public final class KafkaSource extends Source<KafkaSourceState> implements LiveConnection {

    private final PollerGroup pollers = new PollerGroup();
    private @Nullable Wiring wiring;
    private volatile @Nullable KafkaSourceState state;
    private @Nullable ExtensionMeters meters;

    /** What {@link #init} learns. */
    private record Wiring(
            SourceEventListener listener,
            KafkaSourceOptions options,
            String[] properties,
            boolean mapperTakesBytes,
            SiddhiAppContext app,
            SharedResources resources) {}

    /** For Siddhi. */
    public KafkaSource() {}

    @Override
    public StateFactory<KafkaSourceState> init(
            SourceEventListener listener,
            OptionHolder holder,
            String[] properties,
            ConfigReader system,
            SiddhiAppContext app) {
        Options options = new Options(
                holder,
                system,
                KafkaSource.class,
                "source 'kafka' of stream '" + getStreamDefinition().getId() + "'");
        KafkaSourceOptions read = KafkaSourceOptions.read(options, app.isTransportChannelCreationEnabled());
        options.verify();
        boolean takesBytes =
                Arrays.asList(getMapper().getSupportedInputEventClasses()).contains(byte[].class);
        wiring = new Wiring(listener, read, properties.clone(), takesBytes, app, SharedResources.of(app));
        return () -> new KafkaSourceState(this::restored);
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class, byte[].class, ByteBuffer.class};
    }

    /** Starts the consumers and returns; they find the broker on their own, now or when it is there. */
    @Override
    public void connect(ConnectionCallback callback, KafkaSourceState current) {
        Wiring wired = wired();
        state = current;
        if (meters == null) {
            meters = ExtensionMeters.source(
                    wired.resources, wired.app.getName(), getStreamDefinition().getId(), "kafka");
            meters.gauge("connected", () -> isLive() ? 1 : 0);
            meters.gauge("in.flight.batches", pollers::inFlight);
        }
        String name = "kafka-source-" + wired.app.getName() + "-"
                + getStreamDefinition().getId();
        for (ConsumerPlan plan : wired.options.plans()) {
            pollers.add(poller(wired, name + "-" + pollers.all().size(), plan, meters));
        }
        for (KafkaPoller poller : pollers.all()) {
            poller.start(
                    current.position(),
                    listener -> wired.resources
                            .host()
                            .open(wired.app, getStreamDefinition().getId(), listener));
        }
    }

    private KafkaPoller poller(Wiring wired, String name, ConsumerPlan plan, ExtensionMeters counting) {
        RecordReader reader = new RecordReader(
                wired.options,
                wired.mapperTakesBytes,
                (reason, intentional) -> counting.dropped(reason, intentional, 1));
        RecordProperties properties = new RecordProperties(wired.properties, wired.resources.clock());
        Intake intake = new DirectIntake(wired.listener, reader, properties, this::state);
        return new KafkaPoller(
                name,
                plan,
                wired.options,
                new RecordFeed(intake, counting),
                counting,
                new PoisonRecords(wired.app, getStreamDefinition().getId(), counting),
                () -> new KafkaConsumer<>(wired.options.client()),
                (partition, lag) -> counting.gauge(
                        "lag.records",
                        lag,
                        "topic",
                        partition.topic(),
                        "partition",
                        String.valueOf(partition.partition())));
    }

    private KafkaSourceState state() {
        KafkaSourceState current = state;
        if (current == null) {
            throw new IllegalStateException("the source is not connected");
        }
        return current;
    }

    /** Siddhi put a snapshot into a new state object. */
    private void restored(KafkaSourceState newState) {
        if (state != null) {
            state = newState;
            pollers.all().forEach(poller -> poller.restart(newState.position()));
        }
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

    /** False while a consumer has no broker, and for good once it has stopped. */
    @Override
    public boolean isLive() {
        return pollers.connected() == wired().options.plans().size();
    }

    private Wiring wired() {
        if (wiring == null) {
            throw new IllegalStateException("init was not called");
        }
        return wiring;
    }
}

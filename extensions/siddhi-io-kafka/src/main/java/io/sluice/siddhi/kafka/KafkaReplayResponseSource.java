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
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.SharedResources;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code @source(type='kafka-replay-response', …)}: reads the records that a {@code sink:kafka-replay-request} with the same {@code sink.id} asks for,
 * from the first offset to the last, both included, and then stops.
 *
 * <ol>
 *   <li>Replays run one after the other with {@code threading.option='single.thread'}, else up to 4 at once; 1000 more requests may wait.
 *   <li>A topic, partition or offset that is missing is an error in the log and in {@code runner_source_replays_failed_total}. Of a range that the topic
 *       holds in part, that part is replayed ({@code runner_source_replays_incomplete_total}).
 *   <li>Nothing is committed, and replays are not part of snapshots: after a restart they must be asked for again.
 * </ol>
 */
@Extension(
        name = "kafka-replay-response",
        namespace = "source",
        description =
                "Reads the records that a sink kafka-replay-request asks for. Properties for @attributes as in source"
                        + " 'kafka'.",
        parameters = {
            @Parameter(name = "bootstrap.servers", description = "Comma list of host:port.", type = DataType.STRING),
            @Parameter(
                    name = "group.id",
                    description = "Consumer group, for the broker's quotas and logs.",
                    type = DataType.STRING),
            @Parameter(
                    name = "threading.option",
                    description =
                            "single.thread: one replay after the other; topic.wise, partition.wise: up to 4 at once.",
                    type = DataType.STRING),
            @Parameter(
                    name = "sink.id",
                    description = "The same as that of the sink kafka-replay-request that asks.",
                    type = DataType.INT),
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
                    name = "enable.offsets.commit",
                    description = "Has no effect: a replay does not move the group.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true"),
            @Parameter(
                    name = "enable.async.commit",
                    description = "Has no effect: a replay does not move the group.",
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
                        syntax = "@source(type='kafka-replay-response', sink.id='7', group.id='again',"
                                + " threading.option='single.thread', bootstrap.servers='localhost:9092', @map(type='json'))\n"
                                + "define stream Orders (id string, amount double);",
                        description = "Reads orders again when the sink with sink.id '7' asks."))
public final class KafkaReplayResponseSource extends Source<State> {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaReplayResponseSource.class);
    private static final Duration PAUSE_LIMIT = Duration.ofSeconds(30);

    private @Nullable Wiring wiring;
    private @Nullable ExtensionMeters meters;
    private volatile @Nullable Connection connection;

    /** What {@link #init} learns. */
    private record Wiring(
            SourceEventListener listener,
            ReplayOptions options,
            String[] properties,
            boolean mapperTakesBytes,
            SiddhiAppContext app,
            SharedResources resources) {}

    private record Connection(SharedResources.Lease<ReplayChannel> channel, Replays replays) {}

    /** For Siddhi. */
    public KafkaReplayResponseSource() {}

    @Override
    public @Nullable StateFactory<State> init(
            SourceEventListener listener,
            OptionHolder holder,
            String[] properties,
            ConfigReader system,
            SiddhiAppContext app) {
        Options options = new Options(
                holder,
                system,
                KafkaReplayResponseSource.class,
                "source 'kafka-replay-response' of stream '"
                        + getStreamDefinition().getId() + "'");
        ReplayOptions read = ReplayOptions.read(options);
        options.verify();
        boolean takesBytes =
                Arrays.asList(getMapper().getSupportedInputEventClasses()).contains(byte[].class);
        wiring = new Wiring(listener, read, properties.clone(), takesBytes, app, SharedResources.of(app));
        return null;
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class, byte[].class, ByteBuffer.class};
    }

    /** Takes requests from now on; the broker is asked when the first comes. */
    @Override
    public void connect(ConnectionCallback callback, @Nullable State state) {
        Wiring wired = wired();
        String stream = getStreamDefinition().getId();
        if (meters == null) {
            meters = meters(wired, stream);
        }
        ExtensionMeters counting = meters;
        Replays replays = new Replays(
                wired.listener,
                () -> new RecordReader(
                        wired.options.reading(),
                        wired.mapperTakesBytes,
                        (reason, intentional) -> counting.dropped(reason, intentional, 1)),
                new RecordProperties(wired.properties, wired.resources.clock()),
                counting,
                () -> new KafkaConsumer<>(wired.options.reading().client()));
        replays.start(
                "kafka-replay-" + wired.app.getName() + "-" + stream,
                wired.options.threads(),
                listener -> wired.resources.host().open(wired.app, stream, listener));
        SharedResources.Lease<ReplayChannel> channel = ReplayChannel.lease(wired.resources, wired.options.sinkId());
        channel.get().join(replays);
        connection = new Connection(channel, replays);
    }

    private ExtensionMeters meters(Wiring wired, String stream) {
        ExtensionMeters made =
                ExtensionMeters.source(wired.resources, wired.app.getName(), stream, "kafka-replay-response");
        made.gauge("connected", () -> connection == null ? 0 : 1);
        made.gauge("replays.waiting", () -> {
            Connection current = connection;
            return current == null ? 0 : current.replays.waiting();
        });
        made.gauge("replays.active", () -> {
            Connection current = connection;
            return current == null ? 0 : current.replays.active();
        });
        made.gauge("in.flight.batches", () -> {
            Connection current = connection;
            return current == null ? 0 : current.replays.inFlight();
        });
        return made;
    }

    /** Returns when the app is through with everything it got; waits at most 30 s, and not at all on the app's own thread. */
    @Override
    public void pause() {
        Connection current = connection;
        try {
            if (current != null && !current.replays.pause(PAUSE_LIMIT)) {
                LOG.atWarn()
                        .addKeyValue("stream", getStreamDefinition().getId())
                        .addKeyValue("limit", PAUSE_LIMIT)
                        .log("source paused, but the app is still busy with its last batch");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void resume() {
        Connection current = connection;
        if (current != null) {
            current.replays.resume();
        }
    }

    @Override
    public void disconnect() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            current.channel.get().leave(current.replays);
            current.channel.close();
            current.replays.close();
        }
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

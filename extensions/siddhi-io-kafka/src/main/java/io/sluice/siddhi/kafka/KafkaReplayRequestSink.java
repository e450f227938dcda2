package io.sluice.siddhi.kafka;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.SharedResources;
import org.jspecify.annotations.Nullable;

/**
 * {@code @sink(type='kafka-replay-request', …)}: asks the sources {@code kafka-replay-response} with the same {@code sink.id} to read records again. It
 * only asks, and never waits; the records come through the source.
 *
 * <p>A request without a source, or with one that has no room for it, goes to {@code on.error} as a lost connection: {@code WAIT} waits for the source.
 * A request that makes no sense goes there too. Apart from the published sink, every event of a batch is a request, not only the first.
 */
@Extension(
        name = "kafka-replay-request",
        namespace = "sink",
        description =
                "Asks for records of a Kafka topic to be read again. The attributes are topic, partition, startOffset and"
                        + " endOffset (both included), in this order.",
        parameters =
                @Parameter(
                        name = "sink.id",
                        description = "The same as that of the source kafka-replay-response that is asked.",
                        type = DataType.STRING),
        examples =
                @Example(
                        syntax =
                                "@sink(type='kafka-replay-request', sink.id='orders', @map(type='passThrough'))\n"
                                        + "define stream Again (topic string, partition string, startOffset string, endOffset string);",
                        description = "Asks the source with sink.id 'orders'."))
public final class KafkaReplayRequestSink extends Sink<State> {

    private @Nullable Wiring wiring;
    private volatile SharedResources.@Nullable Lease<ReplayChannel> channel;
    private @Nullable ExtensionMeters meters;

    /** What {@link #init} learns. */
    private record Wiring(String stream, String sinkId, SiddhiAppContext app, SharedResources resources) {}

    /** For Siddhi. */
    public KafkaReplayRequestSink() {}

    @Override
    protected @Nullable StateFactory<State> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        Options options = new Options(
                holder,
                system,
                KafkaReplayRequestSink.class,
                "sink 'kafka-replay-request' of stream '" + stream.getId() + "'");
        String sinkId = options.text("sink.id").trim();
        options.verify();
        wiring = new Wiring(stream.getId(), sinkId, app, SharedResources.of(app));
        return null;
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {Event.class, Event[].class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    public synchronized void connect() {
        Wiring wired = wired();
        if (channel == null) {
            channel = ReplayChannel.lease(wired.resources, wired.sinkId);
        }
        if (meters == null) {
            meters = ExtensionMeters.sink(wired.resources, wired.app.getName(), wired.stream, "kafka-replay-request");
        }
    }

    @Override
    public void publish(Object payload, DynamicOptions dynamic, @Nullable State state)
            throws ConnectionUnavailableException {
        SharedResources.Lease<ReplayChannel> current = channel;
        ExtensionMeters counting = meters;
        if (current == null || counting == null) {
            throw new ConnectionUnavailableException("the sink is not connected");
        }
        Object[] requests = payload instanceof Event[] events ? events : new Object[] {payload};
        for (Object request : requests) {
            Exception refusal = ask(request, current.get());
            if (refusal == null) {
                counting.count(1);
            } else { // not thrown: Siddhi would repeat the whole batch, and hold back requests for some seconds
                counting.error();
                onError(request, dynamic, refusal);
            }
        }
    }

    private @Nullable Exception ask(Object request, ReplayChannel asked) {
        if (!(request instanceof Event event)) {
            return new IllegalArgumentException("a replay request must come as an event, not as "
                    + request.getClass().getSimpleName() + "; use @map(type='passThrough')");
        }
        try {
            return switch (asked.send(ReplayRequest.of(event))) {
                case TAKEN -> null;
                case NOBODY ->
                    new ConnectionUnavailableException("no source 'kafka-replay-response' with sink.id '"
                            + wired().sinkId + "' is connected; deploy one, or correct sink.id");
                case FULL ->
                    new ConnectionUnavailableException("the source 'kafka-replay-response' with sink.id '"
                            + wired().sinkId + "' has " + Replays.MOST_WAITING + " requests waiting; ask again later");
            };
        } catch (IllegalArgumentException useless) {
            return useless;
        }
    }

    @Override
    public synchronized void disconnect() {
        SharedResources.Lease<ReplayChannel> current = channel;
        channel = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public synchronized void destroy() {
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

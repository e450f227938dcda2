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
import io.sluice.siddhi.kit.LiveConnection;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.PendingOutput;
import io.sluice.siddhi.kit.SharedResources;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code @sink(type='kafka', …)}: writes to Kafka topics.
 *
 * <ol>
 *   <li>The producer is idempotent and waits for all replicas: retries neither duplicate nor reorder.
 *   <li>No record vanishes: what the broker does not acknowledge within {@code delivery.timeout.ms} (2 minutes) goes to the sink's {@code on.error},
 *       with {@code is.synchronous='true'} at once on the calling thread, else later, on the app's scheduler or with the next event.
 *   <li>While the broker is away records wait in the producer's buffer (32 MiB). When it is full, the app waits, 10 s per attempt, and then
 *       {@code on.error} decides.
 *   <li>What a source of the app has read is committed only after its output is acknowledged ({@link PendingOutput}).
 * </ol>
 */
@Extension(
        name = "kafka",
        namespace = "sink",
        description = "Writes to Kafka topics.",
        parameters = {
            @Parameter(name = "bootstrap.servers", description = "Comma list of host:port.", type = DataType.STRING),
            @Parameter(name = "topic", description = "Target topic.", type = DataType.STRING, dynamic = true),
            @Parameter(
                    name = "partition.no",
                    description = "Target partition.",
                    type = DataType.INT,
                    optional = true,
                    dynamic = true,
                    defaultValue = "the partitioner decides"),
            @Parameter(
                    name = "sequence.id",
                    description = "Puts a sequence header with this sender id before each payload.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "key",
                    description = "Record key.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "headers",
                    description = "Record headers, name:value,name:value.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "is.binary.message",
                    description = "Payloads are bytes, not text.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "optional.configuration",
                    description = "More settings for the Kafka client, key:value,key:value; they override all others.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "is.synchronous",
                    description = "Wait for the broker's acknowledgement of each record.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false")
        },
        examples =
                @Example(
                        syntax = "@sink(type='kafka', topic='alerts', key='{{id}}', bootstrap.servers='localhost:9092',"
                                + " @map(type='json'))\n"
                                + "define stream Alerts (id string, amount double);",
                        description = "Writes JSON to topic alerts, keyed by id."))
public final class KafkaSink extends Sink<KafkaSinkState> implements PendingOutput, LiveConnection {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaSink.class);

    private final KafkaSinkState unsaved = new KafkaSinkState();
    private final Deliveries deliveries = new Deliveries();
    private @Nullable Wiring wiring;
    private volatile @Nullable RecordSender sender;
    private @Nullable ExtensionMeters meters;

    /** What {@link #init} learns. */
    private record Wiring(
            String stream,
            KafkaSinkOptions options,
            SinkRecords records,
            SiddhiAppContext app,
            SharedResources resources) {}

    /** What is needed to bring a lost record to {@code on.error}. */
    private record Origin(Object payload, DynamicOptions dynamic) {}

    /** For Siddhi. */
    public KafkaSink() {}

    @Override
    protected StateFactory<KafkaSinkState> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        Options options =
                new Options(holder, system, KafkaSink.class, "sink 'kafka' of stream '" + stream.getId() + "'");
        KafkaSinkOptions read = KafkaSinkOptions.read(options);
        options.verify();
        SharedResources resources = SharedResources.of(app);
        wiring = new Wiring(stream.getId(), read, new SinkRecords(read, resources.clock()), app, resources);
        resources.host().await(app, this);
        return KafkaSinkState::new;
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class, byte[].class, ByteBuffer.class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[] {"topic", "partition.no", "key", "headers"};
    }

    /** Makes the producer, which finds the broker on its own; an existing one is kept, it heals itself. */
    @Override
    public synchronized void connect() throws ConnectionUnavailableException {
        if (sender != null) {
            return;
        }
        Wiring wired = wired();
        try {
            ExtensionMeters counting =
                    ExtensionMeters.sink(wired.resources, wired.app.getName(), wired.stream, "kafka");
            RecordSender made = new RecordSender(
                    new KafkaProducer<>(wired.options.client()),
                    RecordSender.Acknowledgements.counting(counting),
                    work -> wired.app.getScheduledExecutorService().execute(work),
                    this::lost,
                    deliveries);
            counting.gauge("connected", () -> made.connected() ? 1 : 0);
            counting.gauge("queue.bytes", made::waitingBytes);
            meters = counting;
            sender = made;
        } catch (KafkaException trouble) {
            if (Permanence.of(trouble)) {
                throw trouble;
            }
            throw new ConnectionUnavailableException(
                    "no Kafka producer for stream '" + wired.stream + "': " + trouble, trouble);
        }
    }

    @Override
    public void publish(Object payload, DynamicOptions dynamic, @Nullable KafkaSinkState state)
            throws ConnectionUnavailableException {
        RecordSender current = sender;
        if (current == null) {
            throw new ConnectionUnavailableException("the sink is not connected");
        }
        if (wired().options.sequenceId() == null) {
            send(current, payload, dynamic, 0);
            return;
        }
        KafkaSinkState counting = state == null ? unsaved() : state;
        synchronized (counting) { // numbers must reach the producer in their order
            long number = counting.next();
            if (send(current, payload, dynamic, number)) {
                counting.sent(number);
            }
        }
    }

    private boolean send(RecordSender current, Object payload, DynamicOptions dynamic, long number)
            throws ConnectionUnavailableException {
        try {
            ProducerRecord<Object, Object> built = wired().records.of(payload, dynamic, number);
            current.send(built, new Origin(payload, dynamic), wired().options.synchronous());
            return true;
        } catch (KafkaException | IllegalArgumentException useless) {
            onError(payload, dynamic, useless);
            return false;
        }
    }

    private void lost(RecordSender.Lost lost) {
        if (lost.tag() instanceof Origin origin) {
            onError(origin.payload, origin.dynamic, lost.cause());
        }
    }

    /** Siddhi gives no state to the destinations of {@code @distribution}; their numbers start at 1 again after a restart. */
    private KafkaSinkState unsaved() {
        if (unsaved.next() == 1) {
            LOG.atWarn()
                    .addKeyValue("stream", wired().stream)
                    .log(
                            "sequence.id inside @distribution: numbers are not part of snapshots and start at 1 after a restart");
        }
        return unsaved;
    }

    /** Sends what is buffered, for at most 10 s; what is left goes to {@code on.error}. Safe to call twice. */
    @Override
    public synchronized void disconnect() {
        RecordSender current = sender;
        sender = null;
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

    @Override
    public long given() {
        return deliveries.given();
    }

    @Override
    public long settled() {
        return deliveries.settled();
    }

    /** A producer that has nothing to send may be without a connection: brokers close idle ones. */
    @Override
    public boolean isLive() {
        RecordSender current = sender;
        return current != null && (current.connected() || deliveries.given() == deliveries.settled());
    }

    private Wiring wired() {
        if (wiring == null) {
            throw new IllegalStateException("init was not called");
        }
        return wiring;
    }
}

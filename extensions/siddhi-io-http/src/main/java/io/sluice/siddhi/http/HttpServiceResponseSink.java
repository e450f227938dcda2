package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.Option;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.SharedResources;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Answers the requests of an {@code http-service} source with status 200. An event whose {@code message.id} no request waits for (any more) is counted
 * as dropped and logged: there is nobody to send it to.
 */
@Extension(
        name = "http-service-response",
        namespace = "sink",
        description = "Answers the requests of an http-service source.",
        parameters = {
            @Parameter(
                    name = "source.id",
                    description = "The source whose requests are answered.",
                    type = DataType.STRING),
            @Parameter(
                    name = "message.id",
                    description = "The value that the request had as trp:messageId.",
                    type = DataType.STRING,
                    dynamic = true),
            @Parameter(
                    name = "headers",
                    description = "Headers of the answer: 'name1:value1','name2:value2'.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "Content-Type by the type of the mapper")
        },
        examples =
                @Example(
                        syntax =
                                "@sink(type='http-service-response', source.id='sum', message.id='{{id}}', @map(type='json'))\n"
                                        + "define stream Result (id string, sum int);",
                        description = "Answers the request with the id of the event."))
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
public class HttpServiceResponseSink extends Sink<State> {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServiceResponseSink.class);

    private final String type;
    private Place place;
    private SharedResources resources;
    private String sourceId;
    private @Nullable Option messageId;
    private @Nullable Option headers;
    private volatile @Nullable ExtensionMeters meters; // written under this, like the next
    private volatile SharedResources.@Nullable Lease<PendingReplies> pending;

    /** For Siddhi. */
    public HttpServiceResponseSink() {
        this("http-service-response");
    }

    HttpServiceResponseSink(String type) {
        this.type = type;
    }

    @Override
    protected @Nullable StateFactory<State> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        place = new Place("sink", type, stream.getId(), app.getName());
        resources = SharedResources.of(app);
        Options reading = new Options(holder, system, getClass(), place.toString());
        sourceId = reading.text("source.id");
        messageId = reading.dynamic("message.id");
        headers = reading.dynamic("headers");
        if (messageId == null) {
            reading.problem("option 'message.id' is missing");
        }
        if (headers != null && headers.isStatic()) {
            Settings.read(reading, "headers");
        }
        reading.verify();
        return null;
    }

    @Override
    public synchronized void connect() {
        if (pending == null) {
            meters = ExtensionMeters.sink(resources, place.app(), place.stream(), place.type());
            pending = PendingReplies.lease(resources, sourceId);
        }
    }

    @Override
    public void publish(Object payload, DynamicOptions event, State state) throws ConnectionUnavailableException {
        SharedResources.Lease<PendingReplies> open = pending;
        ExtensionMeters counting = meters;
        if (open == null || counting == null || messageId == null) {
            throw new ConnectionUnavailableException(place + " is not connected");
        }
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Content-Type", Payloads.contentType(getMapper().getType()));
        try {
            for (Map.Entry<String, String> header :
                    Settings.parse(headers == null ? "" : String.valueOf(headers.getValue(event)))) {
                all.keySet().removeIf(header.getKey()::equalsIgnoreCase);
                all.put(header.getKey(), header.getValue());
            }
        } catch (Settings.Malformed trouble) {
            throw new IllegalArgumentException(place + ": option 'headers' " + trouble.getMessage(), trouble);
        }
        String id = String.valueOf(messageId.getValue(event));
        if (open.get().reply(id, new Reply(200, Map.copyOf(all), Payloads.body(payload)))) {
            counting.count(1);
        } else {
            counting.dropped("no_request", false, 1);
            place.log(LOG, Level.WARN)
                    .addKeyValue("messageId", id)
                    .log("no request waits for this answer: unknown message id, or answered or timed out before");
        }
    }

    @Override
    public synchronized void disconnect() {
        if (pending != null) {
            pending.close();
            pending = null;
        }
        if (meters != null) {
            meters.close();
            meters = null;
        }
    }

    @Override
    public void destroy() {
        disconnect();
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[] {"message.id", "headers"};
    }

    @Override
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}

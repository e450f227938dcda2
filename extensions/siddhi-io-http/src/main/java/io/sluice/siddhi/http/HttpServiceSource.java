package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes events that clients POST and leaves the answer to an {@code http-service-response} sink with the same {@code source.id}, which finds the
 * request by {@code trp:messageId}. All else is as for {@link HttpSource}: what does not map gets 400, what the app fails on 500. A request that no
 * sink answers gets 504.
 */
@Extension(
        name = "http-service",
        namespace = "source",
        description = "Takes requests that an http-service-response sink answers. Has all options of the http source.",
        parameters = {
            @Parameter(
                    name = "source.id",
                    description = "Names the source for the sinks that answer.",
                    type = DataType.STRING),
            @Parameter(
                    name = "connection.timeout",
                    description = "Milliseconds after which an unanswered request gets 504.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "120000")
        },
        examples =
                @Example(
                        syntax =
                                "@source(type='http-service', source.id='sum', receiver.url='http://127.0.0.1:8280/sum',\n"
                                        + "    @map(type='json', @attributes(id='trp:messageId', a='$.a', b='$.b')))\n"
                                        + "define stream Question (id string, a int, b int);\n"
                                        + "@sink(type='http-service-response', source.id='sum', message.id='{{id}}',"
                                        + " @map(type='json'))\n"
                                        + "define stream Result (id string, sum int);",
                        description = "Every request is answered with what the app inserts into Result."))
public class HttpServiceSource extends HttpSource {

    private static final long PATIENCE_MILLIS = 120_000;

    private String sourceId = "";
    private volatile SharedResources.@Nullable Lease<PendingReplies> pending;

    /** For Siddhi. */
    public HttpServiceSource() {
        this("http-service");
    }

    HttpServiceSource(String type) {
        super(type);
    }

    @Override
    ReceiverOptions read(Options reading, ConfigReader system, Place place) {
        sourceId = reading.text("source.id");
        return ReceiverOptions.read(reading, system, place, "connection.timeout", PATIENCE_MILLIS);
    }

    @Override
    boolean awaitsReply() {
        return true;
    }

    @Override
    Reply late(Duration patience) {
        return new Reply(504, Map.of(), Buffer.buffer());
    }

    @Override
    void open(Intake into) {
        pending = PendingReplies.lease(resources(), sourceId);
        super.open(into);
    }

    @Override
    void closed() {
        super.closed();
        SharedResources.Lease<PendingReplies> left = pending;
        pending = null;
        if (left != null) {
            left.close();
        }
    }

    @Override
    public void accepted(Exchange exchange, Intake into) {
        SharedResources.Lease<PendingReplies> open = pending;
        if (open != null) {
            open.get().await(exchange, into);
        }
        super.accepted(exchange, into);
    }

    @Override
    public void answered(String id) {
        SharedResources.Lease<PendingReplies> open = pending;
        if (open != null) {
            open.get().forget(id);
        }
    }
}

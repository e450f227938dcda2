package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the answers to the requests of an {@code http-call} sink. Transport properties are, the first that there is: the attributes of the event that
 * was sent, {@code http.status.code}, {@code __is_downloadable_content}, {@code download.path}, and the headers of the answer. An answer without a
 * body makes no event.
 */
@Extension(
        name = "http-call-response",
        namespace = "source",
        description = "Takes the answers to the requests of an http-call sink.",
        parameters = {
            @Parameter(name = "sink.id", description = "The sink whose answers are taken.", type = DataType.STRING),
            @Parameter(
                    name = "http.status.code",
                    description = "Regular expression for the status.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "200"),
            @Parameter(
                    name = "allow.streaming.responses",
                    description = "Whether every chunk of an answer is an event of its own.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "worker.count",
                    description = "Threads that map.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1")
        },
        examples =
                @Example(
                        syntax = "@source(type='http-call-response', sink.id='geo', http.status.code='2\\\\d+',\n"
                                + "    @map(type='json', @attributes(id='trp:id', city='$.city')))\n"
                                + "define stream Found (id string, city string);",
                        description =
                                "The answers to the requests of the sink geo, with the id of the event that asked."))
public class HttpCallResponseSource extends IntakeSource {

    private static final int MOST_OPEN = 4096;
    private static final Duration PATIENCE = Duration.ofHours(1);

    private String sinkId = "";
    private String statuses = "";
    private boolean streaming;
    private volatile @Nullable Intake intake;
    private volatile SharedResources.@Nullable Lease<CallResponses> responses;

    /** For Siddhi. */
    public HttpCallResponseSource() {
        this("http-call-response");
    }

    HttpCallResponseSource(String type) {
        super(type);
    }

    @Override
    Intake.Manner read(Options reading, ConfigReader system) {
        sinkId = reading.text("sink.id");
        statuses = reading.text("http.status.code", "200");
        streaming = reading.flag("allow.streaming.responses", false);
        try {
            java.util.regex.Pattern.compile(statuses);
        } catch (PatternSyntaxException broken) {
            reading.problem("option 'http.status.code' is no regular expression: " + broken.getDescription());
        }
        int workers = (int) reading.number("worker.count", 1, 1, 256);
        return new Intake.Manner(MOST_OPEN, workers, PATIENCE, Reply.TAKEN, false);
    }

    @Override
    void open(Intake into) {
        SharedResources.Lease<CallResponses> joined = CallResponses.lease(resources(), sinkId);
        intake = into;
        responses = joined;
        if (!joined.get().add(statuses, this)) {
            throw new SiddhiAppRuntimeException(place() + ": another source takes the answers with status '" + statuses
                    + "' to sink.id '" + sinkId + "' already");
        }
    }

    @Override
    void leave() {
        SharedResources.Lease<CallResponses> left = responses;
        if (left != null) {
            left.get().remove(statuses, this);
        }
    }

    @Override
    void closed() {
        leave();
        SharedResources.Lease<CallResponses> left = responses;
        responses = null;
        intake = null;
        if (left != null) {
            left.close();
        }
    }

    boolean isStreaming() {
        return streaming;
    }

    /** An answer, or a chunk of one. */
    record Part(int status, MultiMap headers, String payload, long bytes, Map<String, Object> properties) {}

    /**
     * Takes an answer for the app.
     *
     * @return completes when the app is through with it, well or not; fails if there was no room
     */
    Future<Void> take(Part part) {
        Intake into = intake;
        Promise<Void> done = Promise.promise();
        if (into == null || !into.reserve(part.bytes())) {
            return Future.failedFuture(place() + " has no room for an answer");
        }
        boolean taken = into.offer(new Exchange(
                part.payload(),
                part.bytes(),
                values(part),
                "",
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE.toMillis()),
                reply -> done.tryComplete()));
        return taken ? done.future() : Future.failedFuture(place() + " has no room for an answer");
    }

    private @Nullable Object[] values(Part part) {
        @Nullable Object[] values = new Object[properties().size()];
        for (int index = 0; index < values.length; index++) {
            String name = properties().get(index);
            Object given = part.properties().get(name);
            values[index] = given != null
                    ? given
                    : name.equals("http.status.code")
                            ? String.valueOf(part.status())
                            : part.headers().get(name);
        }
        return values;
    }
}

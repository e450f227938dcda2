package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.Option;
import io.siddhi.query.api.definition.Attribute;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends every event as a request and gives the answer to the {@code http-call-response} source that has the same {@code sink.id} and takes the
 * answer's status. An answer that no source takes is a failed delivery. Up to {@code max.in.flight} requests are under way at a time; the app does not
 * wait for their answers, except with {@code blocking.io}.
 */
@Extension(
        name = "http-call",
        namespace = "sink",
        description =
                "Sends requests whose answers an http-call-response source takes. Has all options of the http sink.",
        parameters = {
            @Parameter(
                    name = "sink.id",
                    description = "Names the sink for the sources that take the answers.",
                    type = DataType.STRING),
            @Parameter(
                    name = "max.in.flight",
                    description = "Requests at a time; the app waits while all are under way.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "64"),
            @Parameter(
                    name = "blocking.io",
                    description = "Whether the app waits for each answer to arrive.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "downloading.enabled",
                    description = "Whether the body of a 2xx answer is written to a file, and its path is the event.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "download.path",
                    description = "The file; needed for downloading.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "null")
        },
        examples =
                @Example(
                        syntax = "@sink(type='http-call', sink.id='geo', publisher.url='http://127.0.0.1:9000/geo',\n"
                                + "    @map(type='json'))\n"
                                + "define stream Question (id string, lat double, lon double);",
                        description = "Asks the server for every event."))
public class HttpCallSink extends HttpSink {

    private static final int IN_FLIGHT = 64;
    private static final int ANSWER_BYTES = 8 << 20;

    private String sinkId = "";
    private boolean blocking;
    private boolean downloading;
    private @Nullable Option downloadPath;
    private volatile SharedResources.@Nullable Lease<CallResponses> responses;

    /** For Siddhi. */
    public HttpCallSink() {
        this("http-call");
    }

    HttpCallSink(String type) {
        super(type, IN_FLIGHT);
    }

    @Override
    void read(Options reading) {
        sinkId = reading.text("sink.id");
        blocking = reading.flag("blocking.io", false);
        downloading = reading.flag("downloading.enabled", false);
        downloadPath = reading.dynamic("download.path");
        if (downloading && downloadPath == null) {
            reading.problem("downloading.enabled='true' needs option 'download.path'");
        }
    }

    @Override
    void opening(SharedResources shared) {
        responses = CallResponses.lease(shared, sinkId);
    }

    @Override
    void closed() {
        SharedResources.Lease<CallResponses> left = responses;
        responses = null;
        if (left != null) {
            left.close();
        }
    }

    @Override
    boolean waitsForAnswer() {
        return blocking;
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[] {"publisher.url", "method", "headers", "refresh.token", "download.path"};
    }

    @Override
    Future<Void> deliver(Sender to, Outgoing outgoing, String refresh, DynamicOptions event) {
        SharedResources.Lease<CallResponses> takers = responses;
        if (takers == null) {
            return Future.failedFuture(new IOException("the sink is closed"));
        }
        Call call = new Call(takers.get(), properties(event), downloadPath == null ? "" : downloadPath.getValue(event));
        return to.send(outgoing, refresh, options().bounds(), call).compose(answer -> call.hand(outgoing, answer));
    }

    private Map<String, Object> properties(DynamicOptions options) {
        Map<String, Object> properties = new HashMap<>();
        Event event = options.getEvent();
        List<Attribute> attributes = stream().getAttributeList();
        for (int index = 0; event != null && index < attributes.size(); index++) {
            Object value = event.getData(index);
            if (value != null) {
                properties.put(attributes.get(index).getName(), value);
            }
        }
        return properties;
    }

    /** One request and where its answer goes. */
    private final class Call implements Exchanges.BodyReader {
        private final CallResponses takers;
        private final Map<String, Object> properties;
        private final String file;
        private boolean streamed;

        private Call(CallResponses takers, Map<String, Object> properties, String file) {
            this.takers = takers;
            this.properties = properties;
            this.file = file;
        }

        @Override
        public Future<Buffer> read(HttpClientResponse response) {
            HttpCallResponseSource taker = takers.of(response.statusCode());
            boolean good = response.statusCode() / 100 == 2;
            if (good && downloading) {
                streamed = true;
                return download(response);
            }
            if (good && taker != null && taker.isStreaming()) {
                streamed = true;
                return stream(response, taker);
            }
            return Exchanges.upTo(ANSWER_BYTES).read(response);
        }

        /** Gives the whole answer away, unless its parts were given away as they came. */
        private Future<Void> hand(Outgoing outgoing, Answer answer) {
            if (streamed && !downloading) {
                return Future.succeededFuture();
            }
            HttpCallResponseSource taker = takers.of(answer.status());
            if (taker == null) {
                String message = "no http-call-response source of sink.id '" + sinkId + "' takes status "
                        + answer.status() + " to " + outgoing.method();
                return Future.failedFuture(answer.isPassing() ? new IOException(message) : new Refused(message));
            }
            String payload = streamed ? file : answer.body().toString(StandardCharsets.UTF_8);
            properties.put("__is_downloadable_content", String.valueOf(streamed));
            return payload.isEmpty() ? Future.succeededFuture() : accepted(taker.take(part(answer, payload)));
        }

        private HttpCallResponseSource.Part part(Answer answer, String payload) {
            return new HttpCallResponseSource.Part(
                    answer.status(), answer.headers(), payload, answer.body().length(), properties);
        }

        /** The app may need this very thread to process the answer: only a refusal is waited for. */
        private Future<Void> accepted(Future<Void> taken) {
            return taken.isComplete() ? taken : Future.succeededFuture();
        }

        private Future<Buffer> download(HttpClientResponse response) {
            properties.put("download.path", file);
            response.pause();
            return resources()
                    .vertx()
                    .fileSystem()
                    .open(file, new io.vertx.core.file.OpenOptions().setTruncateExisting(true))
                    .compose(response::pipeTo)
                    .map(done -> Buffer.buffer());
        }

        private Future<Buffer> stream(HttpClientResponse response, HttpCallResponseSource taker) {
            Promise<Buffer> end = Promise.promise();
            properties.put("__is_downloadable_content", "false");
            response.exceptionHandler(end::tryFail);
            response.endHandler(done -> end.tryComplete(Buffer.buffer()));
            response.handler(chunk -> {
                response.pause();
                taker.take(new HttpCallResponseSource.Part(
                                response.statusCode(),
                                response.headers(),
                                chunk.toString(StandardCharsets.UTF_8),
                                chunk.length(),
                                properties))
                        .onComplete(done -> response.resume(), refused -> {
                            end.tryFail(refused);
                            response.request().reset();
                        });
            });
            return end.future();
        }
    }
}

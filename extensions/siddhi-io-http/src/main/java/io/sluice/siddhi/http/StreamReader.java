package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.Place;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads a stream of server-sent events into an intake, for ever.
 *
 * <ol>
 *   <li>While {@value #MANY} events wait for the app the stream is not read.
 *   <li>After a loss it connects afresh when the app is through with all events that were read, and asks with {@code Last-Event-ID} for those behind
 *       the last one. Status 204 ends it, as the standard wants; every other answer but 200 is tried again.
 *   <li>An answer of another content type is taken chunk by chunk, as old servers send it.
 * </ol>
 *
 * <p>All state belongs to one event loop.
 */
final class StreamReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
    private static final int MANY = 256;
    private static final int EVENT_BYTES = 8 << 20;
    private static final long LONGEST_PAUSE = 30_000;
    private static final long DRAIN_CHECK = 20;

    /**
     * Where the stream comes from.
     *
     * @param url http or https
     * @param headers of the request; may hold secrets
     * @param pause milliseconds before connecting afresh
     */
    record Target(String url, List<Map.Entry<String, String>> headers, long pause) {}

    private final Vertx vertx;
    private final SharedClient client;
    private final Target target;
    private final List<String> properties;
    private final Intake intake;
    private final Place place;
    private final Context loop;
    private volatile boolean closed;
    private @Nullable HttpClientRequest current;
    private @Nullable HttpClientResponse reading;
    private String lastId = "";
    private long pause;
    private int failures;
    private int open;

    StreamReader(Vertx vertx, SharedClient client, Target target, List<String> properties, Intake intake, Place place) {
        this.vertx = vertx;
        this.client = client;
        this.target = target;
        this.properties = properties;
        this.intake = intake;
        this.place = place;
        this.loop = vertx.getOrCreateContext();
        this.pause = target.pause();
    }

    void start() {
        loop.runOnContext(now -> connect());
    }

    @Override
    public void close() {
        closed = true;
        loop.runOnContext(now -> {
            HttpClientRequest ending = current;
            if (ending != null) {
                ending.reset();
            }
        });
    }

    private void connect() {
        if (closed) {
            return;
        }
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(target.url());
        target.headers().forEach(header -> options.addHeader(header.getKey(), header.getValue()));
        options.putHeader("Accept", EventStream.CONTENT_TYPE).putHeader("Cache-Control", "no-store");
        if (!lastId.isEmpty()) {
            options.putHeader("Last-Event-ID", lastId);
        }
        client.get()
                .request(options)
                .compose(request -> {
                    current = request;
                    return request.send().timeout(30, TimeUnit.SECONDS);
                })
                .onComplete(this::answered, lost -> loop.runOnContext(now -> again(String.valueOf(lost.getMessage()))));
    }

    private void answered(HttpClientResponse response) {
        if (closed || response.statusCode() != 200) {
            HttpClientRequest refused = response.request();
            refused.reset();
            if (response.statusCode() == 204) {
                place.log(LOG, Level.INFO).log("the server ended the stream with status 204; not asked again");
            } else {
                loop.runOnContext(now -> again("status " + response.statusCode()));
            }
            return;
        }
        failures = 0;
        reading = response;
        String type = response.getHeader("Content-Type");
        boolean framed = type != null && type.toLowerCase(Locale.ROOT).startsWith(EventStream.CONTENT_TYPE);
        EventStream stream = new EventStream(EVENT_BYTES, lastId);
        response.handler(chunk -> loop.runOnContext(now -> read(response, framed ? stream : null, chunk)));
        response.exceptionHandler(lost -> loop.runOnContext(now -> ended(response, String.valueOf(lost.getMessage()))));
        response.endHandler(end -> loop.runOnContext(now -> ended(response, "the server ended it")));
    }

    private void read(HttpClientResponse response, @Nullable EventStream stream, Buffer chunk) {
        if (reading != response) {
            return;
        }
        if (stream == null) {
            offer(response.headers(), new EventStream.Event("", "message", chunk.toString()));
            return;
        }
        try {
            for (EventStream.Event event : stream.read(chunk.getBytes())) {
                offer(response.headers(), event);
            }
            Long wanted = stream.retry();
            pause = wanted == null ? target.pause() : Math.max(1, wanted);
        } catch (EventStream.TooLong trouble) {
            response.request().reset();
            ended(response, String.valueOf(trouble.getMessage()));
        }
    }

    private void offer(MultiMap headers, EventStream.Event event) {
        long bytes = event.data().length();
        @Nullable Object[] values = new Object[properties.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = switch (properties.get(index)) {
                case "id" -> event.id();
                case "event" -> event.type();
                default -> headers.get(properties.get(index));
            };
        }
        Exchange exchange = new Exchange(
                event.data(),
                bytes,
                values,
                "",
                System.nanoTime() + Duration.ofDays(1).toNanos(),
                reply -> loop.runOnContext(now -> processed(event)));
        open++;
        if (open == MANY && reading != null) {
            reading.pause();
        }
        if (!intake.reserve(bytes) || !intake.offer(exchange)) {
            open--;
            HttpClientRequest request = current; // no room, or the app stops: ask for it again later
            if (request != null) {
                request.reset();
            }
        }
    }

    private void processed(EventStream.Event event) {
        lastId = event.id();
        open--;
        if (open == MANY / 2 && reading != null) {
            reading.resume();
        }
    }

    private void ended(HttpClientResponse response, String reason) {
        if (reading == response) {
            reading = null;
            again(reason);
        }
    }

    private void again(String reason) {
        current = null;
        if (closed) {
            return;
        }
        long wait = Math.min(LONGEST_PAUSE, pause << Math.min(failures, 10));
        failures++;
        place.log(LOG, Level.WARN)
                .addKeyValue("error", reason)
                .addKeyValue("retryIn", wait)
                .log("stream of events lost, will connect afresh");
        vertx.setTimer(wait, now -> loop.runOnContext(later -> drained()));
    }

    /** Events that were read and not processed would come twice. */
    private void drained() {
        if (open > 0 && !closed) {
            vertx.setTimer(DRAIN_CHECK, now -> loop.runOnContext(later -> drained()));
        } else {
            connect();
        }
    }
}

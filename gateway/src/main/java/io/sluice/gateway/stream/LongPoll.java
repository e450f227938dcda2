package io.sluice.gateway.stream;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers one request with the events that there are, or with the first ones that come, or after a while with none; the answer's cursor goes into the next request. */
final class LongPoll implements Outlet {

    /** How long a request may wait. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(25);

    static final int MAX_EVENTS = 500;
    private static final long MAX_BYTES = 1 << 20;

    private final HttpServerResponse response;
    private final Supplier<EventId> position;
    private final JsonArray events = new JsonArray();
    private long bytes;
    private @Nullable Gap gap;

    /** @param position what the client has seen so far */
    LongPoll(HttpServerResponse response, Supplier<EventId> position) {
        this.response = response;
        this.position = position;
    }

    @Override
    public boolean writable() {
        return !response.ended() && !response.closed() && events.size() < MAX_EVENTS && bytes < MAX_BYTES;
    }

    @Override
    public void event(StreamEvent event, EventId id) {
        if (event.kind() == StreamEvent.Kind.MARK) {
            return;
        }
        bytes += event.payload().length;
        JsonObject json = new JsonObject()
                .put("id", id.toString())
                .put("time", Instant.ofEpochMilli(event.atMillis()).toString());
        if (event.kind() == StreamEvent.Kind.TEXT) {
            json.put("data", new String(event.payload(), StandardCharsets.UTF_8));
        } else {
            json.put("base64", Base64.getEncoder().encodeToString(event.payload()));
        }
        events.add(json);
    }

    @Override
    public void gap(Gap missing) {
        gap = missing;
    }

    @Override
    public void flush() {
        if (gap != null || !events.isEmpty()) {
            answer();
        }
    }

    /** Answers with what there is, possibly nothing. */
    void answer() {
        if (response.ended() || response.closed()) {
            return;
        }
        JsonObject body = new JsonObject()
                .put("events", events)
                .put("cursor", position.get().toString());
        if (gap != null) {
            body.put("gap", gap.json());
        }
        response.putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }

    /** The connection lives on; the next request tells what is wrong. */
    @Override
    public void end(int code, String reason) {
        answer();
    }
}

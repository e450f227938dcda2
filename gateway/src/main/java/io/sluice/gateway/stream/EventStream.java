package io.sluice.gateway.stream;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * Sends as Server-Sent Events (WHATWG HTML, section 9.2): events with their ids, text as it is, binary as {@code event: binary} in base64, and the events {@code
 * gap}, {@code upstream} and, before the connection is ended, {@code end}.
 */
final class EventStream implements Outlet {

    /** Comments keep the connection alive between events. */
    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** Told to browsers: how long to wait before they connect again. */
    static final Duration RETRY = Duration.ofSeconds(2);

    private final HttpServerResponse response;

    EventStream(HttpServerResponse response) {
        this.response = response;
    }

    /** Sends the head; the id lets a client resume that never got an event. */
    void open(EventId position) {
        response.putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no")
                .setChunked(true);
        response.write("retry: " + RETRY.toMillis() + "\nid: " + position + "\n\n");
    }

    void heartbeat() {
        if (writable()) {
            response.write(":\n\n");
        }
    }

    @Override
    public boolean writable() {
        return !response.closed() && !response.ended() && !response.writeQueueFull();
    }

    @Override
    public void event(StreamEvent event, EventId id) {
        switch (event.kind()) {
            case TEXT -> response.write("id: " + id + "\n" + data(new String(event.payload(), StandardCharsets.UTF_8)));
            case BINARY ->
                response.write("id: " + id + "\nevent: binary\n"
                        + data(Base64.getEncoder().encodeToString(event.payload())));
            case MARK ->
                response.write("id: " + id + "\nevent: upstream\n"
                        + data(new String(event.payload(), StandardCharsets.UTF_8).strip()));
        }
    }

    @Override
    public void gap(Gap gap) {
        String id = gap.to() == null ? "" : "id: " + gap.to() + "\n";
        response.write(id + "event: gap\n" + data(gap.json().encode()));
    }

    @Override
    public void flush() {
        // every write is sent
    }

    @Override
    public void end(int code, String reason) {
        if (!response.ended() && !response.closed()) {
            response.end("event: end\n"
                    + data(new JsonObject()
                            .put("code", code)
                            .put("reason", reason)
                            .encode()));
        }
    }

    /** One line of data per line of the text; CR and CRLF end lines as well, and cannot be told from LF by the client. */
    private static String data(String text) {
        return "data: " + text.replace("\r\n", "\n").replace('\r', '\n').replace("\n", "\ndata: ") + "\n\n";
    }
}

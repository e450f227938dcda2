package io.sluice.siddhi.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the format {@code text/event-stream}. An instance reads one stream, chunk by chunk, on one thread at a time.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">HTML, 9.2.6</a>
 */
final class EventStream {

    static final String CONTENT_TYPE = "text/event-stream";

    private static final char BYTE_ORDER_MARK = 0xFEFF;

    /**
     * One event.
     *
     * @param id the last id that the stream gave; empty if it gave none
     * @param type {@code message} unless the stream says otherwise
     * @param data lines joined by line feeds
     */
    record Event(String id, String type, String data) {}

    /** A line or an event that is longer than allowed. */
    static final class TooLong extends Exception {
        private static final long serialVersionUID = 1L;

        TooLong(int limit) {
            super("an event of the stream is longer than " + limit + " bytes");
        }
    }

    private final int limit;
    private final java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean first = true;
    private boolean afterReturn;
    private String id;
    private String type = "";
    private @Nullable Long retry;

    /**
     * @param limit most bytes of a line, and most characters of an event
     * @param id the last id of an earlier stream from the same server, or empty
     */
    EventStream(int limit, String id) {
        this.limit = limit;
        this.id = id;
    }

    /** The milliseconds that the server wants between connections; null if it has not said. */
    @Nullable
    Long retry() {
        return retry;
    }

    /** The events that the bytes complete. */
    List<Event> read(byte[] chunk) throws TooLong {
        List<Event> complete = new ArrayList<>();
        for (byte next : chunk) {
            if (next == '\n' && afterReturn) {
                afterReturn = false;
            } else if (next == '\n' || next == '\r') {
                afterReturn = next == '\r';
                end(complete);
            } else {
                afterReturn = false;
                if (line.size() >= limit) {
                    throw new TooLong(limit);
                }
                line.write(next);
            }
        }
        return complete;
    }

    /** One event in the format, its data as one field per line. */
    static String frame(String id, String data) {
        StringBuilder frame =
                new StringBuilder(data.length() + 32).append("id: ").append(id).append('\n');
        for (String part : data.split("\r\n|\r|\n", -1)) {
            frame.append("data: ").append(part).append('\n');
        }
        return frame.append('\n').toString();
    }

    private void end(List<Event> complete) throws TooLong {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (first && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        first = false;
        if (text.isEmpty()) {
            dispatch(complete);
            return;
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        field(name, value.startsWith(" ") ? value.substring(1) : value);
    }

    private void field(String name, String value) throws TooLong {
        switch (name) {
            case "data" -> {
                if (data.length() + value.length() > limit) {
                    throw new TooLong(limit);
                }
                data.append(value).append('\n');
            }
            case "event" -> type = value;
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            case "retry" -> retry = value.matches("\\d{1,9}") ? Long.valueOf(value) : retry;
            default -> {} // comments and unknown fields are to be ignored
        }
    }

    private void dispatch(List<Event> complete) {
        if (data.length() > 0) {
            data.setLength(data.length() - 1);
            complete.add(new Event(id, type.isEmpty() ? "message" : type, data.toString()));
        }
        data.setLength(0);
        type = "";
    }
}

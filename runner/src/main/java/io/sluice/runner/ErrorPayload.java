package io.sluice.runner;

import com.fasterxml.jackson.core.JsonGenerator;
import io.siddhi.core.event.ComplexEvent;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.error.handler.model.ReplayableTableRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what failed into an error entry: text as {@code payload}, bytes as {@code payload} where they are UTF-8 and as {@code base64} where not,
 * events as {@code events} with timestamp and attributes.
 */
final class ErrorPayload {

    private final JsonGenerator out;

    ErrorPayload(JsonGenerator out) {
        this.out = out;
    }

    void write(@Nullable Object payload) throws IOException {
        if (payload instanceof byte[] bytes) {
            bytes(bytes);
        } else if (payload instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            bytes(bytes);
        } else if (payload instanceof Event event) {
            events(List.of(event));
        } else if (payload instanceof Event[] events) {
            events(List.of(events));
        } else if (payload instanceof List<?> list) {
            events(list);
        } else if (payload instanceof ComplexEvent first) {
            chain(first);
        } else if (payload instanceof ReplayableTableRecord change && change.getComplexEventChunk() != null) {
            chain(change.getComplexEventChunk().getFirst());
        } else {
            out.writeStringField("payload", String.valueOf(payload));
        }
    }

    private void bytes(byte[] bytes) throws IOException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            out.writeStringField("payload", text);
        } catch (CharacterCodingException binary) {
            out.writeStringField("base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private void events(List<?> events) throws IOException {
        out.writeArrayFieldStart("events");
        for (Object item : events) {
            if (item instanceof Event event) {
                event(event.getTimestamp(), event.getData());
            } else {
                out.writeString(String.valueOf(item));
            }
        }
        out.writeEndArray();
    }

    private void chain(@Nullable ComplexEvent first) throws IOException {
        out.writeArrayFieldStart("events");
        for (ComplexEvent event = first; event != null; event = event.getNext()) {
            event(event.getTimestamp(), event.getOutputData());
        }
        out.writeEndArray();
    }

    private void event(long timestamp, Object @Nullable [] data) throws IOException {
        out.writeStartObject();
        out.writeNumberField("timestamp", timestamp);
        out.writeArrayFieldStart("data");
        for (Object value : data == null ? new Object[0] : data) {
            value(value);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void value(@Nullable Object value) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof Integer || value instanceof Long) {
            out.writeNumber(((Number) value).longValue());
        } else if (value instanceof Float number && Float.isFinite(number)) {
            out.writeNumber(number);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            out.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else {
            out.writeString(String.valueOf(value));
        }
    }
}

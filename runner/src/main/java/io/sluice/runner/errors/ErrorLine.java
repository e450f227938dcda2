package io.sluice.runner.errors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.error.handler.util.ErrorType;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry as one line of JSON, as the error files hold it.
 *
 * <pre>{@code
 * {"id":7,"time":"2026-01-01T00:00:00Z","app":"Orders","stream":"In","occurrence":"BEFORE_SOURCE_MAPPING",…,"payload":"{\"id\":"}
 * }</pre>
 */
final class ErrorLine {

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = new ObjectMapper(JSON);

    private ErrorLine() {}

    static String write(StoredError error) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeNumberField("id", error.id());
            out.writeStringField("time", error.time().toString());
            out.writeStringField("app", error.app());
            out.writeStringField("stream", error.stream());
            out.writeStringField("part", error.part());
            out.writeStringField("occurrence", error.occurrence().name());
            out.writeStringField("event-type", error.eventType().name());
            out.writeStringField("error-type", error.errorType().name());
            out.writeStringField("reason", error.cause());
            out.writeStringField("trace", error.trace());
            Payload payload = error.payload();
            if (payload != null) {
                out.writeStringField("form", payload.form().name());
                out.writeStringField("payload", payload.text());
            }
            writeJson(out, "events", error.events());
            writeJson(out, "properties", error.properties());
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is not one that {@link #write} made, for example because the process died while it was written
     */
    static StoredError read(String line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            if (node == null || !node.path("id").isIntegralNumber()) {
                throw new IllegalArgumentException("the line is no entry");
            }
            return new StoredError(
                    node.path("id").longValue(),
                    Instant.parse(text(node, "time")),
                    text(node, "app"),
                    text(node, "stream"),
                    text(node, "part"),
                    ErrorOccurrence.valueOf(text(node, "occurrence")),
                    ErroneousEventType.valueOf(text(node, "event-type")),
                    ErrorType.valueOf(text(node, "error-type")),
                    text(node, "reason"),
                    text(node, "trace"),
                    node.has("form")
                            ? new Payload(Payload.Form.valueOf(text(node, "form")), text(node, "payload"))
                            : null,
                    json(node, "events"),
                    json(node, "properties"));
        } catch (IOException | DateTimeException broken) {
            throw new IllegalArgumentException("the line is cut off or no JSON", broken);
        }
    }

    private static void writeJson(JsonGenerator out, String name, @Nullable String json) throws IOException {
        if (json != null) {
            out.writeFieldName(name);
            out.writeRawValue(json);
        }
    }

    private static @Nullable String json(JsonNode node, String name) {
        return node.has(name) ? node.get(name).toString() : null;
    }

    private static String text(JsonNode node, String name) {
        if (!node.path(name).isTextual()) {
            throw new IllegalArgumentException("the line has no text '" + name + "'");
        }
        return node.path(name).textValue();
    }
}

package io.sluice.runner.errors;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.siddhi.core.event.ComplexEvent;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.error.handler.model.ReplayableTableRecord;
import io.siddhi.query.api.definition.Attribute;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON, readable and editable: {@code [{"timestamp":5,"data":[1,"tea",null,2.5,true]}]}. Types are those of the stream that the events are given
 * back to. A value of type {@code object} is only described, and its event marked {@code "described":true}: it cannot be given back.
 */
final class EventsJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private EventsJson() {}

    /** What Siddhi hands over with an error; null where it holds no events. */
    static @Nullable String write(@Nullable Object failed) {
        List<Event> events = new ArrayList<>();
        if (failed instanceof Event event) {
            events.add(event);
        } else if (failed instanceof Event[] several) {
            events.addAll(List.of(several));
        } else if (failed instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Event event) {
                    events.add(event);
                }
            }
        } else if (failed instanceof ComplexEvent first) {
            collect(first, events);
        } else if (failed instanceof ReplayableTableRecord change && change.getComplexEventChunk() != null) {
            collect(change.getComplexEventChunk().getFirst(), events);
        }
        return events.isEmpty() ? null : write(events);
    }

    /**
     * Reads events for a stream or table.
     *
     * @throws IllegalArgumentException saying what is wrong, without any value
     */
    static Event[] read(String json, List<Attribute> attributes) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("the events are no JSON (line "
                    + broken.getLocation().getLineNr() + ", column "
                    + broken.getLocation().getColumnNr() + ")");
        }
        if (root == null || !root.isArray() || root.isEmpty()) {
            throw new IllegalArgumentException("the events must be an array with at least one element");
        }
        Event[] events = new Event[root.size()];
        for (int index = 0; index < events.length; index++) {
            events[index] = event(root.get(index), index, attributes);
        }
        return events;
    }

    private static void collect(@Nullable ComplexEvent first, List<Event> events) {
        for (ComplexEvent event = first; event != null; event = event.getNext()) {
            Object[] data = event.getOutputData();
            Event copy = new Event(event.getTimestamp(), data == null ? new Object[0] : data);
            copy.setIsExpired(event.getType() == ComplexEvent.Type.EXPIRED);
            events.add(copy);
        }
    }

    private static String write(List<Event> events) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartArray();
            for (Event event : events) {
                out.writeStartObject();
                out.writeNumberField("timestamp", event.getTimestamp());
                if (event.isExpired()) {
                    out.writeBooleanField("expired", true);
                }
                out.writeArrayFieldStart("data");
                boolean described = false;
                for (Object value : event.getData()) {
                    described |= !value(out, value);
                }
                out.writeEndArray();
                if (described) {
                    out.writeBooleanField("described", true);
                }
                out.writeEndObject();
            }
            out.writeEndArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static boolean value(JsonGenerator out, @Nullable Object value) throws IOException {
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
            return value instanceof String || value instanceof Float || value instanceof Double;
        }
        return true;
    }

    private static Event event(JsonNode node, int index, List<Attribute> attributes) {
        JsonNode data = node.path("data");
        String place = "event " + (index + 1);
        if (!data.isArray() || data.size() != attributes.size()) {
            throw new IllegalArgumentException(place + " has " + data.size() + " values in 'data', but "
                    + attributes.size() + " are needed: " + names(attributes));
        }
        if (node.path("described").asBoolean()) {
            throw new IllegalArgumentException(
                    place + " holds a value of type object, of which only the description was kept");
        }
        Object[] values = new Object[attributes.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(data.get(i), attributes.get(i), place);
        }
        Event event = new Event(node.path("timestamp").asLong(-1), values);
        event.setIsExpired(node.path("expired").asBoolean());
        return event;
    }

    private static @Nullable Object value(JsonNode node, Attribute attribute, String place) {
        if (node.isNull()) {
            return null;
        }
        try {
            return switch (attribute.getType()) {
                case STRING -> require(node.isTextual(), node).textValue();
                case BOOL -> require(node.isBoolean(), node).booleanValue();
                case INT ->
                    require(node.canConvertToExactIntegral(), node)
                            .decimalValue()
                            .intValueExact();
                case LONG ->
                    require(node.canConvertToExactIntegral(), node)
                            .decimalValue()
                            .longValueExact();
                case FLOAT -> Float.valueOf(node.asText());
                case DOUBLE -> Double.valueOf(node.asText());
                case OBJECT -> require(node.isTextual(), node).textValue();
            };
        } catch (ArithmeticException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException(place + ": the value of '" + attribute.getName() + "' is no "
                    + attribute.getType().toString().toLowerCase(Locale.ROOT));
        }
    }

    private static JsonNode require(boolean fits, JsonNode node) {
        if (!fits) {
            throw new IllegalArgumentException("another type");
        }
        return node;
    }

    private static List<String> names(List<Attribute> attributes) {
        return attributes.stream().map(Attribute::getName).toList();
    }
}

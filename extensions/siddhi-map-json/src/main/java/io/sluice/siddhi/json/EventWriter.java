package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.siddhi.query.api.definition.Attribute;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes events in the default format, {@code {"event":{"name":value,…}}}. Immutable, so that any number of threads may use it. */
final class EventWriter {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final String[] beforeValue;
    private final String nullText;

    /** @param nullText what stands for null, with quotes if it is a text */
    EventWriter(List<Attribute> attributes, String nullText) {
        this.nullText = nullText;
        this.beforeValue = new String[attributes.size()];
        for (int i = 0; i < beforeValue.length; i++) {
            StringBuilder name = new StringBuilder(i == 0 ? "{\"event\":{" : ",");
            quote(name, attributes.get(i).getName());
            beforeValue[i] = name.append(':').toString();
        }
    }

    void write(StringBuilder out, @Nullable Object[] data) {
        for (int i = 0; i < beforeValue.length; i++) {
            out.append(beforeValue[i]);
            Object value = data[i];
            if (value == null) {
                out.append(nullText);
            } else {
                value(out, value, 0);
            }
        }
        out.append("}}");
    }

    /**
     * Appends a value: texts, numbers and booleans as such, maps as objects, collections and arrays as arrays, anything else as its text.
     *
     * @throws SiddhiAppRuntimeException if maps and collections are nested deeper than {@value JsonFormat#DEEPEST_NESTING} levels
     */
    static void value(StringBuilder out, @Nullable Object value, int depth) {
        if (value instanceof String text) {
            quote(out, text);
        } else if (value instanceof Double number) {
            real(out, number);
        } else if (value instanceof Integer number) {
            out.append(number.intValue());
        } else if (value instanceof Long number) {
            out.append(number.longValue());
        } else if (value instanceof Float number) {
            real(out, number);
        } else if (value == null || value instanceof Boolean || value instanceof Number) {
            out.append(value);
        } else {
            structure(out, value, depth + 1);
        }
    }

    private static void structure(StringBuilder out, Object value, int depth) {
        if (depth > JsonFormat.DEEPEST_NESTING) {
            throw new SiddhiAppRuntimeException("an object is nested deeper than " + JsonFormat.DEEPEST_NESTING
                    + " levels, perhaps inside itself, and cannot be written as JSON");
        }
        if (value instanceof Map<?, ?> map) {
            out.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                quote(out, String.valueOf(entry.getKey()));
                value(out.append(':'), entry.getValue(), depth);
                separator = ",";
            }
            out.append('}');
        } else if (value instanceof Collection<?> collection) {
            array(out, collection.toArray(), depth);
        } else if (value instanceof Object[] array) {
            array(out, array, depth);
        } else {
            quote(out, value.toString());
        }
    }

    private static void array(StringBuilder out, @Nullable Object[] values, int depth) {
        out.append('[');
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            value(out, values[i], depth);
        }
        out.append(']');
    }

    /** JSON has no number for these; the source mapper reads the texts back. */
    private static void real(StringBuilder out, Double number) {
        if (number.isNaN() || number.isInfinite()) {
            quote(out, number.toString());
        } else {
            out.append(NumberOutput.toString(number, true));
        }
    }

    private static void real(StringBuilder out, Float number) {
        if (number.isNaN() || number.isInfinite()) {
            quote(out, number.toString());
        } else {
            out.append(NumberOutput.toString(number, true));
        }
    }

    static void quote(StringBuilder out, String text) {
        out.append('"');
        escape(out, text);
        out.append('"');
    }

    /** Appends a text as it must be written between the quotes of a JSON text. */
    static void escape(StringBuilder out, String text) {
        int clean = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\') {
                continue;
            }
            out.append(text, clean, i);
            clean = i + 1;
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        out.append(text, clean, text.length());
    }
}

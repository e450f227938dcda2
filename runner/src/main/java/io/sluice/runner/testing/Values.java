package io.sluice.runner.testing;

import io.siddhi.query.api.definition.Attribute;
import io.sluice.common.NearestName;
import io.sluice.common.YamlTree.Mapping;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Nothing;
import io.sluice.common.YamlTree.Scalar;
import io.sluice.common.YamlTree.Sequence;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as written in a test file, as values of the app's types. */
final class Values {

    private Values() {}

    /**
     * The data of one event; attributes that are not written are null.
     *
     * @throws CaseFailure naming what does not fit the stream
     */
    static @Nullable Object[] event(String stream, List<Attribute> attributes, Map<String, Node> written) {
        Map<String, @Nullable Object> row = row(stream, attributes, written);
        return attributes.stream()
                .map(attribute -> row.get(attribute.getName()))
                .toArray();
    }

    /**
     * The attributes that are written, in their order.
     *
     * @throws CaseFailure naming what does not fit
     */
    static Map<String, @Nullable Object> row(String where, List<Attribute> attributes, Map<String, Node> written) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        written.forEach((name, node) -> {
            Attribute attribute = attributes.stream()
                    .filter(candidate -> candidate.getName().equals(name))
                    .findFirst()
                    .orElseThrow(() -> unknown(where, name, attributes));
            row.put(name, value(where + "." + name, attribute.getType(), node));
        });
        return row;
    }

    /** As in the test file. */
    static String text(Map<String, @Nullable Object> row) {
        return row.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + text(entry.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Object[] array) {
            return Arrays.toString(array);
        }
        return value instanceof String text && needsQuotes(text)
                ? "'" + text.replace("'", "''") + "'"
                : String.valueOf(value);
    }

    private static boolean needsQuotes(String text) {
        return text.isEmpty() || !text.matches("[A-Za-z_](?:[\\w ./-]*[\\w./-])?") || text.equals("null");
    }

    private static CaseFailure unknown(String where, String name, List<Attribute> attributes) {
        List<String> names = attributes.stream().map(Attribute::getName).toList();
        return new CaseFailure(where + " has no attribute '" + name + "'"
                + NearestName.of(name, names)
                        .map(near -> ". Did you mean '" + near + "'?")
                        .orElse("; it has " + String.join(", ", names)));
    }

    private static @Nullable Object value(String where, Attribute.Type type, Node node) {
        if (node instanceof Nothing) {
            return null;
        }
        if (type == Attribute.Type.OBJECT) {
            return object(node);
        }
        if (!(node instanceof Scalar scalar)) {
            throw new CaseFailure(where + " must be a single value of type " + lower(type));
        }
        String text = scalar.text();
        try {
            return switch (type) {
                case STRING -> text;
                case INT -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case BOOL -> bool(text);
                default -> throw new IllegalStateException("type not handled: " + type);
            };
        } catch (IllegalArgumentException wrong) {
            throw new CaseFailure(where + ": '" + text + "' is no " + lower(type));
        }
    }

    private static Boolean bool(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
        }
        return Boolean.valueOf(text);
    }

    private static @Nullable Object object(Node node) {
        if (node instanceof Mapping mapping) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            mapping.entries().forEach((key, value) -> map.put(key, object(value)));
            return map;
        }
        if (node instanceof Sequence sequence) {
            return Arrays.asList(
                    sequence.elements().stream().map(Values::object).toArray());
        }
        return node instanceof Scalar scalar ? scalar.text() : null;
    }

    private static String lower(Attribute.Type type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}

package io.sluice.siddhi.rdbms;

import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of database says things: statement templates and types, read from {@code dialects/*.properties}, each value replaceable by the system
 * configuration key {@code <name>.<key>}.
 *
 * <p>Placeholders ({@code {{TABLE_NAME}}} …) are only ever filled with identifiers that were checked, with SQL made here, and with {@code ?}.
 */
final class Dialect {

    private final String name;
    private final Map<String, String> values;
    private final BinaryOperator<String> system;

    /**
     * @param name as in the published configuration, for example {@code h2} or {@code Microsoft SQL Server}
     * @param values the templates by key
     * @param system the system configuration: from key and built-in value to effective value
     */
    Dialect(String name, Map<String, String> values, BinaryOperator<String> system) {
        this.name = name;
        this.values = Map.copyOf(values);
        this.system = system;
    }

    String name() {
        return name;
    }

    /** A value that every dialect has. */
    String text(String key) {
        String value = textOrNull(key);
        if (value == null) {
            throw new IllegalArgumentException("dialect '" + name + "' has no '" + key + "'");
        }
        return value;
    }

    /** A value that some dialects have; blank counts as absent. */
    @Nullable
    String textOrNull(String key) {
        String value = system.apply(name + "." + key, values.getOrDefault(key, ""));
        return value == null || value.isBlank() ? null : value;
    }

    boolean flag(String key) {
        return "true".equalsIgnoreCase(textOrNull(key));
    }

    int number(String key) {
        String value = text(key).trim();
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "system key '" + name + "." + key + "' is '" + value + "', but must be a whole number", notANumber);
        }
    }

    /** A template with its placeholders filled: name, value, name, value. */
    String fill(String key, String... pairs) {
        return fillText(text(key), pairs);
    }

    static String fillText(String template, String... pairs) {
        String filled = template;
        for (int i = 0; i < pairs.length; i += 2) {
            filled = filled.replace("{{" + pairs[i] + "}}", pairs[i + 1]);
        }
        return filled.strip();
    }
}

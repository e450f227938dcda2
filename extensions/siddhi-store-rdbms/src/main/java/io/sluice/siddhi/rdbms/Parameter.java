package io.sluice.siddhi.rdbms;

import io.siddhi.query.api.definition.Attribute;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is bound to one {@code ?}. Values never become part of SQL text. */
sealed interface Parameter extends Serializable {

    Attribute.Type type();

    /** The value for one event. */
    @Nullable
    Object value(Map<String, Object> variables);

    /** A value written in the app; the value is one of Siddhi's constants and serialisable. */
    record Constant(Object value, Attribute.Type type) implements Parameter {
        @Override
        public Object value(Map<String, Object> variables) {
            return value;
        }
    }

    /** An attribute of the event, under the name that Siddhi gives it. */
    record Variable(String id, Attribute.Type type) implements Parameter {
        @Override
        public @Nullable Object value(Map<String, Object> variables) {
            return variables.get(id);
        }
    }

    /** The pattern that finds a text anywhere inside a column; {@code !} escapes what LIKE would take for a wildcard. */
    record Contained(Parameter text) implements Parameter {
        @Override
        public Attribute.Type type() {
            return Attribute.Type.STRING;
        }

        @Override
        public @Nullable Object value(Map<String, Object> variables) {
            Object value = text.value(variables);
            return value == null
                    ? null
                    : "%"
                            + String.valueOf(value)
                                    .replace("!", "!!")
                                    .replace("%", "!%")
                                    .replace("_", "!_") + "%";
        }
    }
}

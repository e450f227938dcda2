package io.sluice.runner.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transport properties as a JSON array, in the order of the source's {@code trp:} attributes. What is neither text, a number, a boolean nor null becomes
 * text, as most sources give only text.
 */
final class PropertiesJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PropertiesJson() {}

    static @Nullable String write(Object @Nullable [] properties) {
        if (properties == null || properties.length == 0) {
            return null;
        }
        List<@Nullable Object> plain = new ArrayList<>();
        for (Object property : properties) {
            boolean known = property == null || property instanceof Number || property instanceof Boolean;
            plain.add(known ? property : String.valueOf(property));
        }
        try {
            return JSON.writeValueAsString(plain);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As the source gave them; whole numbers may come back narrower, which the attributes' types put right. */
    static Object @Nullable [] read(@Nullable String json) {
        try {
            return json == null ? null : JSON.readValue(json, Object[].class);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("the entry's properties are no JSON array");
        }
    }
}

package io.sluice.siddhi.json;

import io.siddhi.core.event.Event;
import io.siddhi.core.util.transport.TemplateBuilder;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes events by the {@code @payload} of the app. Immutable, so that any number of threads may use it. */
final class PayloadTemplate {

    private final TemplateBuilder template;
    private final String nullText;
    private final boolean escaping;

    /**
     * @param nullText what stands for null
     * @param escaping whether texts are escaped before they are put in
     */
    PayloadTemplate(TemplateBuilder template, String nullText, boolean escaping) {
        this.template = template;
        this.nullText = nullText;
        this.escaping = escaping;
    }

    void write(StringBuilder out, Event event) {
        out.append(template.build(new Event(event.getTimestamp(), texts(event.getData()))));
    }

    /** The values as they are put in; the event's own array is left alone, because other sinks see it too. */
    private @Nullable Object[] texts(@Nullable Object[] data) {
        @Nullable Object[] texts = data.clone();
        for (int i = 0; i < texts.length; i++) {
            Object value = texts[i];
            if (value == null) {
                texts[i] = nullText;
            } else if (value instanceof String text) {
                texts[i] = escaping ? escaped(text) : text;
            } else if (value instanceof Map || value instanceof Collection || value instanceof Object[]) {
                StringBuilder json = new StringBuilder();
                EventWriter.value(json, value, 0);
                texts[i] = json.toString();
            }
        }
        return texts;
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        EventWriter.escape(escaped, text);
        return escaped.toString();
    }
}

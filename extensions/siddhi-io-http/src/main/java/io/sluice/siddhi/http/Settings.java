package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.Options;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The way the options of HTTP write lists: {@code "'name1:value1','name2:value2'"}. */
final class Settings {

    /** A text that is not of the form; the message says which entry, without its value. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    private Settings() {}

    /**
     * Reads a list; each entry is split at its first colon, names and values are trimmed.
     *
     * @throws Malformed if the text is not quoted, or an entry has no colon or no name
     */
    static List<Map.Entry<String, String>> parse(String text) throws Malformed {
        String trimmed = text.trim();
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        if (trimmed.isEmpty()) {
            return entries;
        }
        if (trimmed.length() < 2 || !trimmed.startsWith("'") || !trimmed.endsWith("'")) {
            throw new Malformed("must look like \"'name1:value1','name2:value2'\"");
        }
        for (String entry : trimmed.substring(1, trimmed.length() - 1).split("'\\s*,\\s*'", -1)) {
            int colon = entry.indexOf(':');
            String name = colon < 0 ? "" : entry.substring(0, colon).trim();
            if (name.isEmpty()) {
                throw new Malformed("holds entry " + (entries.size() + 1) + " which is not of the form 'name:value'");
            }
            entries.add(Map.entry(name, entry.substring(colon + 1).trim()));
        }
        return List.copyOf(entries);
    }

    /** Reads a static option; what is wrong is left with {@code options}. */
    static Map<String, String> read(Options options, String name) {
        Map<String, String> settings = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, String> entry : parse(options.text(name, ""))) {
                settings.put(entry.getKey(), entry.getValue());
            }
        } catch (Malformed trouble) {
            options.problem("option '" + name + "' " + trouble.getMessage());
        }
        return settings;
    }
}

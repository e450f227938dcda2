package io.sluice.dataservice.call;

import io.sluice.common.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request would like (RFC 7240): {@code return=minimal|representation}, {@code resolution=merge-duplicates|ignore-duplicates},
 * {@code max-affected=N}, {@code count=exact}, {@code handling=strict|lenient}. Others are ignored, or refused with {@code handling=strict}.
 *
 * @param given by name, in lower case
 */
public record Preferences(Map<String, String> given) {

    private static final Map<String, List<String>> KNOWN = Map.of(
            "return", List.of("minimal", "representation"),
            "resolution", List.of("merge-duplicates", "ignore-duplicates"),
            "count", List.of("exact"),
            "handling", List.of("strict", "lenient"));
    private static final String MAX_AFFECTED = "max-affected";

    /** Reads the header, which may be there more than once. The first of two equal names counts (RFC 7240, section 2). */
    public static Preferences parse(List<String> headers) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String header : headers) {
            for (String each : header.split("[,;]")) {
                String[] pair = each.strip().split("\\s*=\\s*", 2);
                String value = pair.length < 2 ? "" : pair[1].replace("\"", "");
                if (!pair[0].isEmpty()) {
                    given.putIfAbsent(pair[0].toLowerCase(Locale.ROOT), value);
                }
            }
        }
        Preferences preferences = new Preferences(given);
        preferences.requireKnown();
        return preferences;
    }

    private void requireKnown() {
        List<String> unknown = new ArrayList<>();
        given.forEach((name, value) -> {
            boolean number = name.equals(MAX_AFFECTED) && value.matches("\\d{1,9}");
            if (!number && !KNOWN.getOrDefault(name, List.of()).contains(value)) {
                unknown.add(name);
            }
        });
        if (!unknown.isEmpty() && "strict".equals(given.get("handling"))) {
            throw new ProblemException(
                            DataError.PREFERENCE_INVALID, "the preferences " + unknown + " are not known here")
                    .hint("Leave them out, or send handling=lenient.");
        }
    }

    /** Whether the request prefers this. */
    public boolean wants(String name, String value) {
        return value.equals(given.get(name));
    }

    /** The most rows that may change, or null for any number. */
    public @Nullable Long maxAffected() {
        String value = given.getOrDefault(MAX_AFFECTED, "");
        return value.matches("\\d{1,9}") ? Long.valueOf(value) : null;
    }
}

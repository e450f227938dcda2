package io.sluice.common;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of which a part may be bad; see {@link ConfigFile#readTolerant}.
 *
 * @param value what could be bound, without the bad elements of the tolerant list; null if the rest is bad too
 * @param problems everything that is wrong, each line with file, line and key
 * @param lines the 1-based line of every key that was written, for example {@code resources[1].get.sql}; list positions are those of {@code value}
 */
public record PartialConfig<T extends Record>(@Nullable T value, List<String> problems, Map<String, Integer> lines) {

    /** Makes the members immutable. */
    public PartialConfig {
        problems = List.copyOf(problems);
        lines = Map.copyOf(lines);
    }

    /** The line of a key, or of the nearest section around it; 0 if there is none. */
    public int lineOf(String key) {
        String place = key;
        while (!place.isEmpty()) {
            Integer line = lines.get(place);
            if (line != null) {
                return line;
            }
            place = place.substring(0, Math.max(0, Math.max(place.lastIndexOf('.'), place.lastIndexOf('['))));
        }
        return 0;
    }
}

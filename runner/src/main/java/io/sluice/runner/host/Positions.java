package io.sluice.runner.host;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where each source continues after what its app has processed. Written by the app's owner thread only, so that between two items it belongs to the
 * state of the same instant; readable from any thread.
 */
public final class Positions {

    private final Map<String, Map<String, Object>> bySource = new ConcurrentHashMap<>();

    /** Moves the entries of {@code position}; entries that a source does not mention stay where they are. Owner thread only. */
    void moved(String sourceKey, Map<String, Object> position) {
        bySource.compute(sourceKey, (key, before) -> {
            if (before == null) {
                return Map.copyOf(position);
            }
            Map<String, Object> after = new HashMap<>(before);
            after.putAll(position);
            return Map.copyOf(after);
        });
    }

    /** All positions now: source key to the source's own entries. */
    public Map<String, Map<String, Object>> now() {
        return Map.copyOf(bySource);
    }
}

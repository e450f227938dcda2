package io.sluice.common;

import io.sluice.common.YamlTree.Mapping;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The one list of a file whose bad elements are left out instead of spoiling the whole; remembers which were. Used by one thread. */
final class TolerantList {

    private final String key;
    private final Set<Integer> lost = new HashSet<>();

    /** @param key the key of the list; empty for none */
    TolerantList(String key) {
        this.key = key;
    }

    /** Whether there is a tolerant list at all. */
    boolean inUse() {
        return !key.isEmpty();
    }

    /** The elements to keep of the list at this path: all of them, unless it is the tolerant one. */
    List<Object> withoutFailed(String path, List<Object> values) {
        if (!path.equals(key)) {
            return values;
        }
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == RecordBinder.FAILED) {
                lost.add(i);
            } else {
                kept.add(values.get(i));
            }
        }
        return kept;
    }

    /** The line of every key; positions in the tolerant list count only what was kept. */
    Map<String, Integer> lines(Node root) {
        Map<String, Integer> lines = new HashMap<>();
        collect(root, "", lines);
        return lines;
    }

    private void collect(Node node, String path, Map<String, Integer> lines) {
        if (!path.isEmpty()) {
            lines.put(path, node.origin().line());
        }
        if (node instanceof Mapping mapping) {
            mapping.entries().forEach((name, value) -> collect(value, SettingKey.join(path, name), lines));
        } else if (node instanceof Sequence sequence) {
            int position = 0;
            for (int i = 0; i < sequence.elements().size(); i++) {
                if (!path.equals(key) || !lost.contains(i)) {
                    collect(sequence.elements().get(i), path + "[" + position++ + "]", lines);
                }
            }
        }
    }
}

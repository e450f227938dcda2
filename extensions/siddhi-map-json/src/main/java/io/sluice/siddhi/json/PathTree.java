package io.sluice.siddhi.json;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All paths of a mapping as one tree, so that one pass over a document finds them all. Filled once, then only read. */
final class PathTree {

    private static final int[] NONE = {};

    private final Map<String, PathTree> members = new HashMap<>();
    private final Map<Integer, PathTree> elements = new HashMap<>();
    private int[] targets = NONE;

    /** Adds a path that ends at the attribute of the given position. */
    void add(JsonPath path, int target) {
        PathTree node = this;
        for (JsonPath.Step step : path.steps()) {
            if (step instanceof JsonPath.Step.Member member) {
                node = node.members.computeIfAbsent(member.name(), name -> new PathTree());
            } else if (step instanceof JsonPath.Step.Element element) {
                node = node.elements.computeIfAbsent(element.index(), index -> new PathTree());
            }
        }
        node.targets = Arrays.copyOf(node.targets, node.targets.length + 1);
        node.targets[node.targets.length - 1] = target;
    }

    @Nullable
    PathTree member(String name) {
        return members.get(name);
    }

    @Nullable
    PathTree element(int index) {
        return elements.get(index);
    }

    boolean hasMembers() {
        return !members.isEmpty();
    }

    boolean hasElements() {
        return !elements.isEmpty();
    }

    /** Positions of the attributes whose path ends here. */
    int[] targets() {
        return targets;
    }
}

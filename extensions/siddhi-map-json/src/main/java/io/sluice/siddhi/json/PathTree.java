package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.io.SerializedString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All paths of a mapping as one tree, so that one pass over a document finds them all. Filled once, then only read. */
final class PathTree {

    /** A member and its name in the form that a parser compares with the bytes of a document. */
    record Expected(SerializedString name, PathTree node) {}

    private static final int[] NONE = {};

    private final Map<String, PathTree> members = new HashMap<>();
    private final List<Expected> inOrder = new ArrayList<>();
    private final Map<Integer, PathTree> elements = new HashMap<>();
    private int[] targets = NONE;

    /** Adds a path that ends at the attribute of the given position. */
    void add(JsonPath path, int target) {
        PathTree node = this;
        for (JsonPath.Step step : path.steps()) {
            if (step instanceof JsonPath.Step.Member member) {
                node = node.memberToFill(member.name());
            } else if (step instanceof JsonPath.Step.Element element) {
                node = node.elements.computeIfAbsent(element.index(), index -> new PathTree());
            }
        }
        node.targets = Arrays.copyOf(node.targets, node.targets.length + 1);
        node.targets[node.targets.length - 1] = target;
    }

    private PathTree memberToFill(String name) {
        PathTree known = members.get(name);
        if (known != null) {
            return known;
        }
        PathTree added = new PathTree();
        members.put(name, added);
        inOrder.add(new Expected(new SerializedString(name), added));
        return added;
    }

    @Nullable
    PathTree member(String name) {
        return members.get(name);
    }

    /** The members in the order in which a document probably has them: that of the stream. */
    List<Expected> membersInOrder() {
        return inOrder;
    }

    @Nullable
    PathTree element(int index) {
        return elements.get(index);
    }

    boolean hasMembers() {
        return !inOrder.isEmpty();
    }

    boolean hasElements() {
        return !elements.isEmpty();
    }

    /** Positions of the attributes whose path ends here. */
    int[] targets() {
        return targets;
    }
}

package io.sluice.runner.state;

import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.execution.ExecutionElement;
import io.siddhi.query.api.execution.partition.Partition;
import io.siddhi.query.api.execution.query.Query;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives queries and partitions without {@code @info(name)} a name made of what they say. Siddhi numbers them, so that a query added at the top would hand
 * its state to its neighbours.
 */
public final class StableNames {

    private StableNames() {}

    /** Names what has no name, in place. */
    public static void give(SiddhiApp app) {
        Map<String, Integer> twins = new HashMap<>();
        for (ExecutionElement element : app.getExecutionElementList()) {
            if (element instanceof Query query) {
                give(query, twins);
            } else if (element instanceof Partition partition) {
                partition.getQueryList().forEach(query -> give(query, twins));
                if (name(partition.getAnnotations()) == null) {
                    partition.annotation(info("p-" + text(partition).hash(), twins));
                }
            }
        }
    }

    private static void give(Query query, Map<String, Integer> twins) {
        if (name(query.getAnnotations()) == null) {
            query.annotation(info("q-" + text(query).hash(), twins));
        }
    }

    private static Annotation info(String name, Map<String, Integer> twins) {
        int number = twins.merge(name, 1, Integer::sum);
        return Annotation.annotation("info").element("name", number == 1 ? name : name + "-" + number);
    }

    /** What a query does, its name left out. */
    static StructureText text(Query query) {
        return new StructureText()
                .add(query.getInputStream())
                .add(query.getSelector())
                .add(query.getOutputStream())
                .add(query.getOutputRate())
                .add(withoutName(query.getAnnotations()));
    }

    /** What a partition does, all names left out. */
    static StructureText text(Partition partition) {
        StructureText text =
                new StructureText().add(partition.getPartitionTypeMap()).add(withoutName(partition.getAnnotations()));
        for (Query query : partition.getQueryList()) {
            text.add(query.getInputStream())
                    .add(query.getSelector())
                    .add(query.getOutputStream())
                    .add(query.getOutputRate())
                    .add(withoutName(query.getAnnotations()));
        }
        return text;
    }

    static @org.jspecify.annotations.Nullable String name(List<Annotation> annotations) {
        for (Annotation annotation : annotations) {
            if (annotation.getName().equalsIgnoreCase("info") && annotation.getElement("name") != null) {
                return annotation.getElement("name");
            }
        }
        return null;
    }

    private static List<Annotation> withoutName(List<Annotation> annotations) {
        return annotations.stream()
                .filter(annotation -> !annotation.getName().equalsIgnoreCase("info"))
                .toList();
    }
}

package io.sluice.runner.testing;

import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.annotation.Element;
import io.siddhi.query.api.definition.AbstractDefinition;
import io.siddhi.query.api.definition.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an app off from the outside, without touching what its queries do:
 *
 * <ol>
 *   <li>Each source becomes a {@link SandboxSource} and each sink a {@link SandboxSink}, with their mappers; {@code inMemory} ones stay beside them where both ends are in the app.
 *   <li>Tables and aggregations in an {@code rdbms} keep it, but it is an H2 database in memory, new for each case: SQL decides conditions there, and
 *       it treats null otherwise than tables in memory do. Every other store becomes a table in memory.
 *   <li>{@code @app:playback} goes: the clock of a case is moved by hand anyway.
 * </ol>
 */
final class Sandbox {

    /** The data source of stores that name none. */
    private static final String DATA_SOURCE = "sandbox";

    private static final Set<String> KEPT_OF_STORES =
            Set.of("type", "table.name", "field.length", "use.collation", "allow.null.values", "batch.enable");

    private Sandbox() {}

    /**
     * Changes a parsed app in place.
     *
     * @return names of the data sources that it wants now, each a database of its own
     */
    static Set<String> enter(SiddhiApp app) {
        app.getAnnotations().removeIf(annotation -> annotation.getName().equalsIgnoreCase("playback"));
        Set<String> topics = innerTopics(app);
        app.getStreamDefinitionMap().values().forEach(stream -> replaceTransports(stream.getAnnotations(), topics));
        Set<String> dataSources = new TreeSet<>();
        app.getTableDefinitionMap().values().forEach(table -> replaceStore(table, dataSources));
        app.getAggregationDefinitionMap().values().forEach(aggregation -> replaceStore(aggregation, dataSources));
        return dataSources;
    }

    /** Topics that sources of the app itself listen to; a sink of any other topic finds nobody, which is an error. */
    private static Set<String> innerTopics(SiddhiApp app) {
        Set<String> topics = new TreeSet<>();
        for (StreamDefinition stream : app.getStreamDefinitionMap().values()) {
            for (Annotation annotation : stream.getAnnotations()) {
                String topic = annotation.getElement("topic");
                if (annotation.getName().equalsIgnoreCase("source") && isInMemory(annotation) && topic != null) {
                    topics.add(topic);
                }
            }
        }
        return topics;
    }

    private static boolean isInMemory(Annotation annotation) {
        return "inMemory".equalsIgnoreCase(annotation.getElement("type"));
    }

    private static boolean stays(Annotation annotation, boolean sink, Set<String> topics) {
        String topic = annotation.getElement("topic");
        return isInMemory(annotation) && (!sink || (topic != null && topics.contains(topic)));
    }

    private static void replaceTransports(List<Annotation> annotations, Set<String> topics) {
        List<Annotation> replaced = new ArrayList<>();
        for (Annotation annotation : annotations) {
            boolean source = annotation.getName().equalsIgnoreCase("source");
            boolean sink = annotation.getName().equalsIgnoreCase("sink");
            if (!(source || sink) || stays(annotation, sink, topics)) {
                replaced.add(annotation);
            }
            if (source) {
                replaced.add(transport(annotation, SandboxSource.TYPE));
            }
            if (sink) {
                replaced.add(transport(annotation, SandboxSink.TYPE));
            }
        }
        annotations.clear();
        annotations.addAll(replaced);
    }

    private static Annotation transport(Annotation original, String type) {
        Annotation made = Annotation.annotation(original.getName()).element("type", type);
        String was = original.getElement("type");
        made.element("in.place.of", was == null ? String.valueOf(original.getElement("ref")) : was);
        for (Annotation nested : original.getAnnotations()) {
            if (nested.getName().equalsIgnoreCase("map")) {
                made.annotation(nested);
            }
        }
        return made;
    }

    private static void replaceStore(AbstractDefinition definition, Set<String> dataSources) {
        List<Annotation> annotations = definition.getAnnotations();
        for (int i = annotations.size() - 1; i >= 0; i--) {
            Annotation store = annotations.get(i);
            if (!store.getName().equalsIgnoreCase("store")) {
                continue;
            }
            if ("rdbms".equalsIgnoreCase(store.getElement("type"))) {
                annotations.set(i, inMemoryDatabase(store, dataSources));
            } else {
                annotations.remove(i);
            }
        }
    }

    private static Annotation inMemoryDatabase(Annotation store, Set<String> dataSources) {
        Annotation made = Annotation.annotation(store.getName());
        for (Element element : store.getElements()) {
            if (element.getKey() != null && KEPT_OF_STORES.contains(element.getKey())) {
                made.element(element.getKey(), element.getValue());
            }
        }
        @Nullable String named = store.getElement("datasource");
        String dataSource = named == null ? DATA_SOURCE : named;
        dataSources.add(dataSource);
        made.element("datasource", dataSource);
        store.getAnnotations().forEach(made::annotation);
        return made;
    }
}

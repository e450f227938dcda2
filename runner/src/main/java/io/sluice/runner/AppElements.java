package io.sluice.runner;

import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.SiddhiElement;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.annotation.Element;
import io.siddhi.query.api.definition.AbstractDefinition;
import io.siddhi.query.api.execution.ExecutionElement;
import io.siddhi.query.api.execution.partition.Partition;
import io.siddhi.query.api.execution.query.Query;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an app is made of, as JSON for tools that draw or list it. Secrets in it are masked. */
final class AppElements {

    /** What can be listed over all apps. */
    enum Kind {
        SOURCES,
        SINKS,
        QUERIES,
        TABLES,
        WINDOWS,
        AGGREGATIONS;

        /** Its part of the path. */
        String path() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A query, and the partition around it if there is one. */
    private record Placed(Query query, int number, @Nullable Partition partition) {

        String name() {
            return query.getAnnotations().stream()
                    .filter(annotation -> annotation.getName().equalsIgnoreCase("info"))
                    .map(annotation -> annotation.getElement("name"))
                    .filter(name -> name != null)
                    .findFirst()
                    .orElse("query" + number);
        }
    }

    private final AppCatalog.Entry entry;
    private final AppCheck.Parsed parsed;
    private final SiddhiApp app;

    AppElements(AppCatalog.Entry entry, AppCheck.Parsed parsed) {
        this.entry = entry;
        this.parsed = parsed;
        this.app = parsed.app();
    }

    /** One record per query and stream it reads: from where, through what, to where. */
    JsonArray flow() {
        JsonArray flow = new JsonArray();
        for (Placed placed : queries()) {
            Query query = placed.query();
            String to = query.getOutputStream().getId();
            for (String from : query.getInputStream().getUniqueStreamIds()) {
                JsonObject step = new JsonObject()
                        .put("inputStreamId", from)
                        .put("inputStreamType", type(from))
                        .put("outputStreamId", to)
                        .put("outputStreamType", type(to))
                        .put("query", snippet(query))
                        .put("queryName", placed.name());
                Partition partition = placed.partition();
                if (partition != null) {
                    step.put(
                            "partition",
                            String.join(",", partition.getPartitionTypeMap().keySet()));
                }
                flow.add(step);
            }
        }
        return flow;
    }

    /** All elements of one kind. */
    JsonArray of(Kind kind) {
        return switch (kind) {
            case SOURCES -> transports("source");
            case SINKS -> transports("sink");
            case QUERIES -> queryRecords();
            case TABLES -> definitions(app.getTableDefinitionMap().values());
            case WINDOWS -> definitions(app.getWindowDefinitionMap().values());
            case AGGREGATIONS -> definitions(app.getAggregationDefinitionMap().values());
        };
    }

    private JsonArray transports(String name) {
        JsonArray found = new JsonArray();
        new TreeMap<>(app.getStreamDefinitionMap()).forEach((stream, definition) -> {
            for (Annotation annotation : definition.getAnnotations()) {
                if (annotation.getName().equalsIgnoreCase(name)) {
                    found.add(record(annotation)
                            .put("streamId", stream)
                            .put("type", annotation.getElement("type"))
                            .put("annotationElements", options(annotation)));
                }
            }
        });
        return found;
    }

    private JsonArray queryRecords() {
        JsonArray found = new JsonArray();
        for (Placed placed : queries()) {
            Query query = placed.query();
            found.add(record(query)
                    .put("queryName", placed.name())
                    .put("inputStreamIds", new JsonArray(query.getInputStream().getUniqueStreamIds()))
                    .put("outputStreamId", query.getOutputStream().getId()));
        }
        return found;
    }

    private JsonArray definitions(Collection<? extends AbstractDefinition> definitions) {
        JsonArray found = new JsonArray();
        for (AbstractDefinition definition : definitions) {
            JsonObject annotations = new JsonObject();
            definition
                    .getAnnotations()
                    .forEach(annotation -> annotations.put(annotation.getName(), options(annotation)));
            found.add(record(definition).put("id", definition.getId()).put("annotationElements", annotations));
        }
        return found;
    }

    private JsonObject record(SiddhiElement element) {
        return new JsonObject()
                .put("appName", entry.name())
                .put("isActive", entry.isActive())
                .put("query", snippet(element));
    }

    private JsonObject options(Annotation annotation) {
        JsonObject options = new JsonObject();
        for (Element element : annotation.getElements()) {
            String key = element.getKey() == null ? "value" : element.getKey();
            options.put(key, parsed.secrets().mask(element.getValue()));
        }
        return options;
    }

    private List<Placed> queries() {
        List<Placed> found = new ArrayList<>();
        for (ExecutionElement element : app.getExecutionElementList()) {
            if (element instanceof Query query) {
                found.add(new Placed(query, found.size() + 1, null));
            } else if (element instanceof Partition partition) {
                for (Query query : partition.getQueryList()) {
                    found.add(new Placed(query, found.size() + 1, partition));
                }
            }
        }
        return found;
    }

    private String type(String id) {
        if (app.getTableDefinitionMap().containsKey(id)) {
            return "table";
        }
        if (app.getWindowDefinitionMap().containsKey(id)) {
            return "window";
        }
        if (app.getAggregationDefinitionMap().containsKey(id)) {
            return "aggregation";
        }
        return app.getTriggerDefinitionMap().containsKey(id) ? "trigger" : "stream";
    }

    /** The lines that the element stands on, from its first character. */
    private String snippet(SiddhiElement element) {
        int[] start = element.getQueryContextStartIndex();
        int[] end = element.getQueryContextEndIndex();
        if (start == null || end == null) {
            return "";
        }
        List<String> lines = parsed.text()
                .lines()
                .skip(start[0] - 1L)
                .limit(end[0] - start[0] + 1L)
                .toList();
        StringBuilder text = new StringBuilder(lines.stream().collect(Collectors.joining("\n")));
        if (!lines.isEmpty()) {
            int last = lines.get(lines.size() - 1).length();
            text.setLength(text.length() - last + Math.min(last, end[1]));
            text.delete(0, Math.min(start[1], text.length()));
        }
        return parsed.secrets().mask(text.toString().strip());
    }
}

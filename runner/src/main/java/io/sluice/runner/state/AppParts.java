package io.sluice.runner.state;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.snapshot.state.StateHolder;
import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.definition.AbstractDefinition;
import io.siddhi.query.api.definition.StreamDefinition;
import io.siddhi.query.api.definition.TableDefinition;
import io.siddhi.query.api.execution.ExecutionElement;
import io.siddhi.query.api.execution.partition.Partition;
import io.siddhi.query.api.execution.query.Query;
import io.sluice.runner.state.ElementStates.Owner;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the parts of an app that was just built, and what tells each of them from others and from a changed one. */
@SuppressWarnings("rawtypes") // Siddhi's signatures
final class AppParts {

    /** Who a part is, without its elements. */
    private record Identity(String key, String label, String fingerprint) {}

    private static final Field SOURCE_STATE = PrivateField.of(Source.class, "stateHolder");
    private static final Field SINK_STATE = PrivateField.of(Sink.class, "stateHolder");

    private final SiddhiApp app;
    private final Map<String, List<AbstractDefinition>> streams = new HashMap<>();
    private final Map<Owner, Identity> owners = new HashMap<>();
    private final Map<String, Identity> partitions = new HashMap<>();
    private final Map<StateHolder, Identity> transports = new IdentityHashMap<>();

    /**
     * @param streams all streams, those that queries made among them
     */
    AppParts(SiddhiApp app, SiddhiAppRuntime runtime, Collection<? extends AbstractDefinition> streams) {
        this.app = app;
        for (AbstractDefinition stream : streams) {
            this.streams
                    .computeIfAbsent(stream.getId(), id -> new ArrayList<>())
                    .add(stream);
        }
        app.getExecutionElementList().forEach(this::identify);
        app.getWindowDefinitionMap()
                .forEach((id, window) -> owners.put(
                        new Owner(Owner.NONE, id),
                        new Identity(
                                "window/" + id, "window '" + id + "'", fingerprint(new StructureText().add(window)))));
        for (List<Source> ofStream : runtime.getSources()) {
            transports("source", "source", ofStream, Source::getStreamDefinition, SOURCE_STATE);
        }
        for (List<Sink> ofStream : runtime.getSinks()) {
            transports("sink", "sink", ofStream, Sink::getStreamDefinition, SINK_STATE);
        }
    }

    /** The parts with their elements. */
    List<LiveSection> of(ElementStates states) {
        List<LiveSection> parts = new ArrayList<>();
        states.all().forEach((owner, elements) -> {
            if (owner.equals(Owner.APP)) {
                elements.forEach((id, holder) -> {
                    Identity identity = identity(id, holder);
                    if (identity != null) {
                        parts.add(section(identity, Map.of(identity.label(), holder)));
                    }
                });
            } else if (!app.getAggregationDefinitionMap().containsKey(owner.query())) {
                Identity known = owners.get(owner);
                String key = owner.partition() + "/" + owner.query();
                parts.add(section(known == null ? new Identity(key, "part '" + key + "'", key) : known, elements));
            }
        });
        return parts;
    }

    private static LiveSection section(Identity identity, Map<String, StateHolder> elements) {
        return new LiveSection(identity.key(), identity.label(), identity.fingerprint(), elements);
    }

    private @Nullable Identity identity(String elementId, StateHolder holder) {
        Identity transport = transports.get(holder);
        if (transport != null) {
            return transport;
        }
        String name = elementId.substring(0, elementId.lastIndexOf('#'));
        TableDefinition table = app.getTableDefinitionMap().get(name);
        if (table != null) {
            boolean cache = has(table.getAnnotations(), "store"); // what a database holds is read from there
            return cache
                    ? null
                    : new Identity(
                            "table/" + name,
                            "table '" + name + "'",
                            new StructureText().add(table).hash());
        }
        Identity partition = partitions.get(name);
        return partition == null ? new Identity("element/" + elementId, "'" + elementId + "'", "") : partition;
    }

    private void identify(ExecutionElement element) {
        if (element instanceof Query query) {
            String name = named(query.getAnnotations());
            owners.put(
                    new Owner(Owner.NONE, name),
                    new Identity("query/" + name, label(query, name), fingerprint(StableNames.text(query))));
        } else if (element instanceof Partition partition) {
            String name = named(partition.getAnnotations());
            String fingerprint = fingerprint(StableNames.text(partition));
            String key = "partition/" + name + "/";
            partitions.put(name, new Identity(key, "keys of partition '" + name + "'", fingerprint));
            int number = 0;
            for (Query query : partition.getQueryList()) {
                String queryName = named(query.getAnnotations());
                number++;
                owners.put(
                        new Owner(name, queryName),
                        new Identity(
                                key + "query/" + queryName,
                                label(query, queryName) + " of partition '" + name + "'",
                                fingerprint + "-" + number));
            }
        }
    }

    private static String label(Query query, String name) {
        int[] place = query.getQueryContextStartIndex();
        boolean given = !name.startsWith("q-");
        return "query '" + name + "'" + (given || place == null ? "" : " (line " + place[0] + ")");
    }

    private <T> void transports(
            String kind,
            String annotation,
            List<T> ofStream,
            java.util.function.Function<T, StreamDefinition> definition,
            Field holder) {
        if (ofStream.isEmpty()) {
            return;
        }
        StreamDefinition stream = definition.apply(ofStream.get(0));
        List<Annotation> all = stream.getAnnotations().stream()
                .filter(any -> any.getName().equalsIgnoreCase(annotation))
                .toList();
        Map<String, Integer> twins = new HashMap<>();
        for (int index = 0; index < ofStream.size(); index++) {
            // a sink with @distribution is several
            Object text = all.size() == ofStream.size() ? options(all.get(index)) : all;
            String fingerprint = new StructureText().add(text).hash();
            String key = kind + "/" + stream.getId() + "/" + fingerprint;
            int number = twins.merge(key, 1, Integer::sum);
            Object states = PrivateField.read(holder, Objects.requireNonNull(ofStream.get(index)));
            if (states instanceof StateHolder known) {
                transports.put(
                        known,
                        new Identity(key + "/" + number, kind + " of stream '" + stream.getId() + "'", fingerprint));
            }
        }
    }

    /** The mapper and the like are below it, and say nothing about where events come from or go to. */
    private static List<Object> options(Annotation transport) {
        return List.copyOf(transport.getElements());
    }

    /** Text plus what it refers to: the attributes of streams, whole tables, windows, aggregations and functions. */
    private String fingerprint(StructureText text) {
        for (String word : new TreeSet<>(text.words())) {
            for (String id : List.of(word, "#" + word, "!" + word)) {
                for (AbstractDefinition stream : streams.getOrDefault(id, List.of())) {
                    text.add(id).add(stream.getAttributeList());
                }
            }
            TableDefinition table = app.getTableDefinitionMap().get(word);
            if (table != null) {
                text.add(word).add(table.getAttributeList());
            }
            text.add(app.getWindowDefinitionMap().get(word))
                    .add(app.getAggregationDefinitionMap().get(word))
                    .add(app.getFunctionDefinitionMap().get(word));
        }
        return text.hash();
    }

    private static String named(List<Annotation> annotations) {
        return Objects.requireNonNull(StableNames.name(annotations), "names were given before the app was built");
    }

    private static boolean has(List<Annotation> annotations, String name) {
        return annotations.stream().anyMatch(annotation -> annotation.getName().equalsIgnoreCase(name));
    }
}

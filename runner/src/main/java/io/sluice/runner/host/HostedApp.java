package io.sluice.runner.host;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.definition.StreamDefinition;
import io.siddhi.query.api.definition.TriggerDefinition;
import io.sluice.runner.state.StableNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A parsed app as the host gives it to Siddhi:
 *
 * <ol>
 *   <li>{@link LaneHook} is the first stream, the others follow by name,
 *   <li>{@code @async} is gone: its buffers are processed by threads that own nothing and are in no checkpoint,
 *   <li>triggers are plain streams, fed by the owner thread ({@link Triggers}),
 *   <li>streams without {@code @OnError} and sinks without {@code on.error} keep what fails in the error store instead of dropping it.
 *   <li>queries and partitions without a name get one that only depends on what they say ({@link StableNames}).
 * </ol>
 *
 * <p>The parsed app's own annotations are changed in place: it must not be used for anything else afterwards.
 */
final class HostedApp extends SiddhiApp {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(HostedApp.class);

    private static final String HOOK_STREAM = "LaneHook_";

    private final transient SiddhiHost host;
    private final transient Consumer<SiddhiAppContext> entered;
    private final transient Map<String, StreamDefinition> streams = new LinkedHashMap<>();
    private final transient List<String> notes = new ArrayList<>();

    /**
     * @param parsed as the Siddhi compiler made it
     * @param entered called while Siddhi builds the app, before any of its elements exists
     */
    HostedApp(SiddhiApp parsed, SiddhiHost host, Consumer<SiddhiAppContext> entered) {
        super(parsed.getAnnotations());
        this.host = host;
        this.entered = entered;
        setQueryContextStartIndex(parsed.getQueryContextStartIndex());
        setQueryContextEndIndex(parsed.getQueryContextEndIndex());
        super.getTableDefinitionMap().putAll(parsed.getTableDefinitionMap());
        super.getWindowDefinitionMap().putAll(parsed.getWindowDefinitionMap());
        super.getAggregationDefinitionMap().putAll(parsed.getAggregationDefinitionMap());
        super.getFunctionDefinitionMap().putAll(parsed.getFunctionDefinitionMap());
        StableNames.give(parsed);
        super.getExecutionElementList().addAll(parsed.getExecutionElementList());
        StreamDefinition hook = StreamDefinition.id(HOOK_STREAM).attribute("unused", Attribute.Type.BOOL);
        hook.annotation(Annotation.annotation("source").element("type", LaneHook.TYPE));
        streams.put(HOOK_STREAM, hook);
        new TreeMap<>(parsed.getStreamDefinitionMap()).forEach((id, stream) -> streams.put(id, prepared(stream)));
    }

    /** What differs from the app as written, for the log and the operator. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    void tellNotes(String app) {
        notes.forEach(note -> LOG.atInfo()
                .addKeyValue("app", app)
                .addKeyValue("note", note)
                .log("app runs differently than written"));
    }

    SiddhiHost host() {
        return host;
    }

    void entered(SiddhiAppContext context) {
        entered.accept(context);
    }

    @Override
    public Map<String, StreamDefinition> getStreamDefinitionMap() {
        return streams;
    }

    @Override
    public Map<String, TriggerDefinition> getTriggerDefinitionMap() {
        return Map.of();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    private StreamDefinition prepared(StreamDefinition stream) {
        List<Annotation> annotations = stream.getAnnotations();
        if (annotations.removeIf(annotation -> annotation.getName().equalsIgnoreCase("async"))) {
            notes.add("stream '" + stream.getId() + "': @async has no effect; the app has one owner thread");
        }
        if (annotations.stream().noneMatch(annotation -> annotation.getName().equalsIgnoreCase("OnError"))) {
            annotations.add(Annotation.annotation("OnError").element("action", "STORE"));
        }
        for (Annotation annotation : annotations) {
            boolean sink = annotation.getName().equalsIgnoreCase("sink");
            // a sink from the configuration (ref) may have its on.error there, and what stands in the app would win
            // over it
            if (sink && annotation.getElement("on.error") == null && annotation.getElement("ref") == null) {
                annotation.element("on.error", "STORE");
            }
        }
        return stream;
    }
}

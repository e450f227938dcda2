package io.sluice.runner.host;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.event.ComplexEventChunk;
import io.siddhi.core.event.Event;
import io.siddhi.core.event.stream.StreamEvent;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.table.Table;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.query.api.definition.AbstractDefinition;
import io.siddhi.query.api.definition.Attribute;
import io.sluice.siddhi.kit.PendingOutput;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ways by which something that failed comes back into its app: to the mapper of a source, a stream, a table or one sink. Each {@code to…} checks that
 * there is such a way and returns the work, to be run on the owner thread ({@link SiddhiHost#ask}).
 *
 * <p>The parts of a stream are called {@code <type>/<number>}, numbered from 0 in the order of the app's text.
 */
public final class Reentry {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final long AGAIN_MILLIS = 10;

    /** What is to be done on the owner thread. */
    @FunctionalInterface
    public interface Work {
        /** Gives the event to the app; what fails there goes to the error store. */
        void run() throws InterruptedException;
    }

    /**
     * What a thread works on.
     *
     * @param part name of the source or sink
     * @param properties transport properties of the payload; null where it has none
     */
    public record InHand(String part, Object @Nullable [] properties) {}

    private final SiddhiAppRuntime runtime;
    private final EngineFields engine;
    private final Connections parts;
    private final Function<String, ? extends InputHandler> feeds;

    /**
     * @param feeds ways into the app's streams
     */
    Reentry(
            SiddhiAppRuntime runtime,
            EngineFields engine,
            Connections parts,
            Function<String, ? extends InputHandler> feeds) {
        this.runtime = runtime;
        this.engine = engine;
        this.parts = parts;
        this.feeds = feeds;
    }

    /** Which source or sink of a stream the calling thread is in; empty if it is in none, or nothing tells which. */
    public Optional<InHand> inHand(ErrorOccurrence occurrence, String stream) {
        if (occurrence == ErrorOccurrence.BEFORE_SOURCE_MAPPING) {
            List<Source<?>> sources = sources(stream);
            for (Source<?> source : sources) {
                Object[] properties = engine.propertiesInHand(source.getMapper());
                if (properties != null || sources.size() == 1) {
                    return Optional.of(new InHand(name(source, sources), properties));
                }
            }
        } else if (occurrence == ErrorOccurrence.STORE_ON_SINK_ERROR) {
            List<Sink<?>> sinks = sinks(stream);
            for (Sink<?> sink : sinks) {
                if (engine.optionsInHand(sink).get() != null || sinks.size() == 1) {
                    return Optional.of(new InHand(name(sink, sinks), null));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A payload to a source's mapper.
     *
     * @param part which source; may be empty where there is only one
     * @throws IllegalArgumentException if there is no such source, or its mapper takes no such payload
     */
    public Work toSource(String stream, String part, Object payload, Object @Nullable [] properties) {
        List<Source<?>> sources = sources(stream);
        Source<?> source = choose(part, sources, each -> name(each, sources), "source", stream);
        boolean taken = false;
        for (Class<?> type : source.getMapper().getSupportedInputEventClasses()) {
            taken |= type.isInstance(payload);
        }
        if (!taken) {
            throw new IllegalArgumentException("the mapper of source '" + part + "' takes no "
                    + payload.getClass().getSimpleName());
        }
        return () -> source.getMapper().onEvent(payload, properties, null);
    }

    /**
     * Events to a stream, past its sources.
     *
     * @param events an event or an array of events, which is one batch
     * @throws IllegalArgumentException if there is no such stream, or it is inside a partition
     */
    public Work toStream(String stream, Object events) {
        InputHandler feed = feeds.apply(stream);
        return () -> {
            if (events instanceof Event one) {
                feed.send(one);
            } else {
                feed.send((Event[]) events);
            }
        };
    }

    /**
     * A message to one sink.
     *
     * @param part which sink; may be empty where there is only one
     * @param event gives the values of dynamic options
     * @throws IllegalArgumentException if there is no such sink, or it takes no such message
     */
    public Work toSink(String stream, String part, Object message, Event event) {
        List<Sink<?>> sinks = sinks(stream);
        Sink<?> sink = choose(part, sinks, each -> name(each, sinks), "sink", stream);
        ThreadLocal<DynamicOptions> options = engine.optionsInHand(sink);
        return () -> {
            options.set(new DynamicOptions(event));
            try {
                sink.publish(message);
            } finally {
                options.remove();
            }
        };
    }

    /**
     * New rows to a table.
     *
     * @throws IllegalArgumentException if there is no such table
     */
    public Work toTable(String table, Event[] rows) {
        Table found = table(table);
        return () -> {
            ComplexEventChunk<StreamEvent> chunk = new ComplexEventChunk<>();
            for (Event row : rows) {
                StreamEvent event = new StreamEvent(0, 0, row.getData().length);
                event.setOutputData(row.getData());
                event.setTimestamp(row.getTimestamp());
                chunk.add(event);
            }
            found.addEvents(chunk, rows.length);
        };
    }

    /** Names and types of a stream. */
    public List<Attribute> attributes(String stream) {
        return attributes(runtime.getStreamDefinitionMap(), stream, "stream");
    }

    /** Names and types of a table. */
    public List<Attribute> tableAttributes(String table) {
        return table(table).getTableDefinition().getAttributeList();
    }

    /**
     * Waits until the sinks that deliver later than they return are through with what they have now; what they cannot deliver is in the error store then.
     *
     * @throws IllegalArgumentException if that takes longer than ten seconds
     */
    public void awaitOutputs() throws InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        for (Sink<?> sink : parts.sinks()) {
            if (sink instanceof PendingOutput pending) {
                await(pending, pending.given(), end);
            }
        }
    }

    private static void await(PendingOutput sink, long mark, long end) throws InterruptedException {
        while (sink.settled() < mark) {
            if (System.nanoTime() > end) {
                throw new IllegalArgumentException("it was given to the app, but a sink did not confirm within "
                        + LONGEST_WAIT.toSeconds() + " s; the entry stays, and a replay may deliver twice");
            }
            Thread.sleep(AGAIN_MILLIS);
        }
    }

    private static <T> T choose(String part, List<T> parts, Function<T, String> name, String kind, String stream) {
        for (T each : parts) {
            if (name.apply(each).equals(part)) {
                return each;
            }
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        throw new IllegalArgumentException("stream '" + stream + "' has " + parts.size() + " parts of the kind " + kind
                + " now, and '" + part + "' is none of them");
    }

    private List<Source<?>> sources(String stream) {
        return parts.sources().stream()
                .filter(source -> source.getStreamDefinition().getId().equals(stream))
                .toList();
    }

    private List<Sink<?>> sinks(String stream) {
        return parts.sinks().stream()
                .filter(sink -> sink.getStreamDefinition().getId().equals(stream))
                .toList();
    }

    private Table table(String name) {
        for (Table table : runtime.getTables()) {
            if (table.getTableDefinition().getId().equals(name)) {
                return table;
            }
        }
        throw new IllegalArgumentException("the app has no table '" + name + "' any more");
    }

    private static List<Attribute> attributes(
            Map<String, ? extends AbstractDefinition> definitions, String name, String kind) {
        AbstractDefinition definition = definitions.get(name);
        if (definition == null) {
            throw new IllegalArgumentException("the app has no " + kind + " '" + name + "' outside its partitions");
        }
        return definition.getAttributeList();
    }

    private static String name(Source<?> source, List<Source<?>> all) {
        return source.getType() + "/" + all.indexOf(source);
    }

    private static String name(Sink<?> sink, List<Sink<?>> all) {
        return sink.getType() + "/" + all.indexOf(sink);
    }
}

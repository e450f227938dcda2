package io.sluice.siddhi.rdbms;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.config.SiddhiQueryContext;
import io.siddhi.core.event.ComplexEventChunk;
import io.siddhi.core.event.stream.MetaStreamEvent;
import io.siddhi.core.event.stream.StreamEvent;
import io.siddhi.core.event.stream.StreamEventCloner;
import io.siddhi.core.event.stream.holder.StreamEventClonerHolder;
import io.siddhi.core.event.stream.populater.ComplexEventPopulater;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.siddhi.core.executor.ExpressionExecutor;
import io.siddhi.core.query.processor.ProcessingMode;
import io.siddhi.core.query.processor.Processor;
import io.siddhi.core.query.processor.stream.StreamProcessor;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.query.api.definition.AbstractDefinition;
import io.siddhi.query.api.definition.Attribute;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.SharedResources;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code rdbms:cud}, {@code rdbms:query} and {@code rdbms:procedure} share: a data source of the host, a statement with bound parameters, and what
 * happens when the database is away: the app waits, {@link Patience} at most, then the event goes where the stream's {@code @OnError} says.
 */
abstract sealed class DatabaseFunction extends StreamProcessor<State>
        permits CudProcessor, QueryProcessor, ProcedureProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFunction.class);

    @SuppressWarnings("NullAway.Init") // Siddhi calls init first
    private Arguments arguments;

    @SuppressWarnings("NullAway.Init")
    private ExtensionMeters meters;

    @SuppressWarnings("NullAway.Init")
    private SiddhiAppContext app;

    private @Nullable Database database; // between start and stop; used by the app's thread

    @Override
    protected final StateFactory<State> init(
            MetaStreamEvent event,
            AbstractDefinition input,
            ExpressionExecutor[] executors,
            ConfigReader system,
            StreamEventClonerHolder cloner,
            boolean outputExpectsExpiredEvents,
            boolean findToBeExecuted,
            SiddhiQueryContext query) {
        app = query.getSiddhiAppContext();
        arguments = new Arguments(name(), executors);
        read(arguments, system);
        meters = ExtensionMeters.store(SharedResources.of(app), app.getName(), input.getId(), name());
        return () -> null;
    }

    /** The function's name, for example {@code rdbms:cud}. */
    abstract String name();

    /** Reads and checks the arguments; opens nothing. */
    abstract void read(Arguments given, ConfigReader system);

    /** Processes what came at once. */
    abstract void process(
            Database open,
            ComplexEventChunk<StreamEvent> events,
            StreamEventCloner cloner,
            ComplexEventPopulater populater);

    @Override
    protected final void process(
            ComplexEventChunk<StreamEvent> events,
            Processor next,
            StreamEventCloner cloner,
            ComplexEventPopulater populater,
            State none) {
        Database open = database;
        if (open == null) {
            throw new SiddhiAppRuntimeException(owner() + ": it is stopped");
        }
        try {
            process(open, events, cloner, populater);
        } catch (RuntimeException failed) {
            meters.error();
            throw failed;
        }
        if (events.getFirst() != null) {
            next.process(events);
        }
    }

    /** Finds the data source, so that a name nobody knows fails the start and not the first event. */
    @Override
    public void start() {
        try {
            database = new Database(
                    Pool.named(arguments.dataSource(), app, owner()).source(), owner(), true);
        } catch (SiddhiAppRuntimeException unknown) {
            LOG.atError().addKeyValue("app", app.getName()).log(unknown.getMessage()); // Siddhi swallows it
            throw unknown;
        }
    }

    @Override
    public void stop() {
        database = null;
        meters.close();
    }

    @Override
    public ProcessingMode getProcessingMode() {
        return ProcessingMode.SLIDE;
    }

    String owner() {
        return name() + "('" + arguments.dataSource() + "')";
    }

    SiddhiAppContext app() {
        return app;
    }

    void count(int events) {
        meters.count(events);
    }

    /** Finds the rows that take an event's place. */
    interface Lookup {
        List<@Nullable Object[]> rows(StreamEvent event);
    }

    /** Puts one event per row found in the place of each event. */
    final void replace(
            ComplexEventChunk<StreamEvent> events,
            StreamEventCloner cloner,
            ComplexEventPopulater populater,
            Lookup lookup) {
        events.reset();
        while (events.hasNext()) {
            StreamEvent event = events.next();
            for (@Nullable Object[] row : lookup.rows(event)) {
                StreamEvent found = cloner.copyStreamEvent(event);
                populater.populateComplexEvent(found, row);
                events.insertBeforeCurrent(found);
            }
            events.remove();
            count(1);
        }
        events.reset();
    }

    /** Binds the parameters of one event from an index on. */
    static void bind(PreparedStatement statement, int from, List<ExpressionExecutor> parameters, StreamEvent event)
            throws SQLException {
        int index = from;
        for (ExpressionExecutor parameter : parameters) {
            Attribute.Type type = parameter.getReturnType();
            Values.bind(statement, index++, parameter.execute(event), type);
        }
    }
}

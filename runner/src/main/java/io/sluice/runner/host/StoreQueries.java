package io.sluice.runner.host;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.query.OnDemandQueryRuntime;
import io.siddhi.core.table.InMemoryTable;
import io.siddhi.core.util.parser.OnDemandQueryParser;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.execution.query.OnDemandQuery;
import io.siddhi.query.api.execution.query.selection.Selector;
import io.siddhi.query.api.expression.Expression;
import io.siddhi.query.api.expression.constant.IntConstant;
import io.siddhi.query.api.expression.constant.LongConstant;
import io.siddhi.query.compiler.SiddhiCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * On-demand queries of one app. Each is compiled anew and runs on the app's owner thread, between two items: it sees no half-processed event, and two of them
 * never touch each other. (Siddhi keeps compiled queries and runs them on any thread; equal ones at the same time mix their rows.)
 */
public final class StoreQueries {

    /**
     * What came of a query.
     *
     * @param columns of the rows, also where there are no rows
     * @param rows one array per row, in the order of the columns
     * @param affected rows that a change inserted, updated or deleted; empty for queries that read, and where it cannot be told
     */
    public record Result(List<Attribute> columns, List<@Nullable Object[]> rows, OptionalLong affected) {}

    private final Lane lane;
    private final SiddhiAppRuntime runtime;
    private final SiddhiAppContext context;
    private final EngineFields engine;

    StoreQueries(Lane lane, SiddhiAppRuntime runtime, SiddhiAppContext context, EngineFields engine) {
        this.lane = lane;
        this.runtime = runtime;
        this.context = context;
        this.engine = engine;
    }

    /** A query that is right, but could not be done. */
    public static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(RuntimeException cause) {
            super(Reason.of(cause), cause);
        }
    }

    /**
     * Runs a query and waits for it.
     *
     * @param query as parsed; used up
     * @param text the same as text, for places in messages
     * @param most rows to be read at most; the query's own limit counts where it is smaller
     * @throws InterruptedException if interrupted before the query began, or if the app stops; it will not be run
     * @throws RuntimeException as Siddhi throws it for a query that does not fit the app, with the place in its text
     * @throws Failed if the query fits, but could not be done
     */
    public Result run(OnDemandQuery query, String text, int most) throws Exception {
        bound(query.getSelector(), most);
        return lane.ask(() -> onLane(query, text));
    }

    private Result onLane(OnDemandQuery query, String text) throws Failed {
        boolean reads = query.getType() == OnDemandQuery.OnDemandQueryType.FIND;
        OnDemandQueryRuntime compiled = compile(query, text);
        try {
            if (!reads) {
                return new Result(List.of(), List.of(), change(query, compiled, text));
            }
            List<@Nullable Object[]> rows = new ArrayList<>();
            Event[] found = compiled.execute();
            for (Event event : found == null ? new Event[0] : found) {
                rows.add(event.getData());
            }
            return new Result(List.of(compiled.getOnDemandQueryOutputAttributes()), rows, OptionalLong.empty());
        } catch (RuntimeException failure) {
            throw new Failed(failure);
        }
    }

    private OnDemandQueryRuntime compile(OnDemandQuery query, String text) {
        return OnDemandQueryParser.parse(
                query,
                text,
                context,
                engine.tablesOf(runtime),
                engine.windowsOf(runtime),
                engine.aggregationsOf(runtime));
    }

    /** Counts before it changes: nobody else uses the owner thread in between. */
    private OptionalLong change(OnDemandQuery query, OnDemandQueryRuntime compiled, String text) {
        String table = query.getOutputStream().getId();
        boolean inserts = query.getType() == OnDemandQuery.OnDemandQueryType.INSERT;
        if (inserts && engine.tablesOf(runtime).get(table) instanceof InMemoryTable rows) {
            long before = rows.size(); // a table in memory drops a row whose key is taken without a word
            compiled.execute();
            return OptionalLong.of(rows.size() - before);
        }
        OptionalLong touched = inserts ? OptionalLong.of(1) : matching(table, text);
        compiled.execute();
        boolean upsert = query.getType() == OnDemandQuery.OnDemandQueryType.UPDATE_OR_INSERT;
        return upsert && touched.isPresent() ? OptionalLong.of(Math.max(1, touched.getAsLong())) : touched;
    }

    /** The rows that a change is about to touch; empty where its condition cannot be asked by itself. */
    private OptionalLong matching(String table, String text) {
        OnDemandQuery count = ChangeCount.of(SiddhiCompiler.parseOnDemandQuery(text), table);
        if (count == null) {
            return OptionalLong.empty();
        }
        Event[] found;
        try {
            found = compile(count, text).execute();
        } catch (RuntimeException notCountable) {
            return OptionalLong.empty(); // the change itself says what is wrong, if anything is
        }
        Object rows = found == null || found.length == 0 ? null : found[0].getData(0);
        return OptionalLong.of(rows instanceof Number number ? number.longValue() : 0);
    }

    private static void bound(Selector selector, int most) {
        Object own = selector.getLimit();
        long limit = own instanceof IntConstant small
                ? small.getValue()
                : own instanceof LongConstant large ? large.getValue() : Long.MAX_VALUE;
        if (limit > most) {
            selector.limit(Expression.value(most));
        }
    }
}

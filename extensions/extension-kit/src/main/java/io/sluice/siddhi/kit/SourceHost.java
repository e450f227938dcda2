package io.sluice.siddhi.kit;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.query.api.execution.query.OnDemandQuery;
import java.io.IOException;
import java.util.Map;

/** What hosts an app as its sources see it. The Sluice runner brings its own; {@link #DIRECT} serves everywhere else. */
public interface SourceHost {
    /**
     * Opens the way into an app for one thread of a source.
     *
     * @param app the app the source belongs to
     * @param streamId the stream the source feeds
     * @param listener told what became of each batch
     */
    BatchScope open(SiddhiAppContext app, String streamId, PositionListener listener);

    /**
     * Makes a sink known that delivers later than it returns: no position becomes durable before what was processed up to it is settled. Called once,
     * from the sink's {@code init}. Plain Siddhi does not wait for it.
     */
    default void await(SiddhiAppContext app, PendingOutput sink) {
        // nothing waits here
    }

    /**
     * Reads or writes a table of the app with an on-demand query, where the app's state may be touched: the runner uses the app's owner thread, at once
     * if called there. Waits for the result.
     *
     * @return the rows found; empty if there are none, or if the query writes
     * @throws IOException if the table did not do it
     * @throws InterruptedException if the app stops; nothing was done
     */
    default Event[] query(SiddhiAppContext app, OnDemandQuery query) throws IOException, InterruptedException {
        throw new IOException("what hosts app '" + app.getName() + "' gives its sources and sinks no tables");
    }

    /** Plain Siddhi with tables, which needs the manager to find the app by its name; otherwise as {@link #DIRECT}. */
    static SourceHost of(SiddhiManager manager) {
        return new SourceHost() {
            @Override
            public BatchScope open(SiddhiAppContext app, String streamId, PositionListener listener) {
                return DIRECT.open(app, streamId, listener);
            }

            @Override
            public Event[] query(SiddhiAppContext app, OnDemandQuery query) throws IOException {
                SiddhiAppRuntime runtime = manager.getSiddhiAppRuntime(app.getName());
                if (runtime == null) {
                    throw new IOException("app '" + app.getName() + "' does not run");
                }
                return ask(runtime, query);
            }
        };
    }

    /**
     * Asks a runtime on the calling thread.
     *
     * @throws IOException with what Siddhi threw
     */
    static Event[] ask(SiddhiAppRuntime runtime, OnDemandQuery query) throws IOException {
        try {
            Event[] rows = runtime.query(query);
            return rows == null ? new Event[0] : rows;
        } catch (RuntimeException refused) {
            throw new IOException("the table did not answer: " + refused.getMessage(), refused);
        }
    }

    /** Plain Siddhi: events are processed on the source's thread; a position is processed and durable as soon as the batch ends. */
    SourceHost DIRECT = (app, streamId, listener) -> new BatchScope() {
        @Override
        public void begin() {
            // nothing to collect: Siddhi processes inside onEvent, where a FailureNotes.Watch of the source sees all
            // there is to see
        }

        @Override
        public void end(Map<String, Object> position) {
            listener.processed(position);
            listener.durable(position);
        }
    };
}

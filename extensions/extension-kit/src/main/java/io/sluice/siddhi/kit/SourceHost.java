package io.sluice.siddhi.kit;

import io.siddhi.core.config.SiddhiAppContext;
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

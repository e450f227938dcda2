package io.sluice.runner.host;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.store.ErrorStore;
import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import java.util.function.BiConsumer;

/** Keeps the events on which the engine gave up with something that it does not catch itself: an {@link Error} of a function or a missing class. */
final class SpoiledEvents {

    private final SiddhiAppContext app;
    private final BiConsumer<String, Throwable> failed;

    /**
     * @param failed gets the stream and what was thrown
     */
    SpoiledEvents(SiddhiAppContext app, BiConsumer<String, Throwable> failed) {
        this.app = app;
        this.failed = failed;
    }

    /**
     * Puts one payload into the error store, where there is one. On the owner thread.
     *
     * @param payload an event, or an array of events
     */
    void keep(String stream, Object payload, Throwable thrown) {
        failed.accept(stream, thrown);
        ErrorStore store = app.getSiddhiContext().getErrorStore();
        if (store != null) {
            store.saveTransportError(
                    app.getName(),
                    new ErroneousEvent(payload, thrown, thrown.toString()),
                    payload instanceof Event ? ErroneousEventType.EVENT : ErroneousEventType.EVENT_ARRAY,
                    stream,
                    ErrorOccurrence.STORE_ON_STREAM_ERROR);
        }
    }
}

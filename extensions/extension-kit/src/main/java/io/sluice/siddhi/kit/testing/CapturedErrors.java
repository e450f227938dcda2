package io.sluice.siddhi.kit.testing;

import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.model.ErrorEntry;
import io.siddhi.core.util.error.handler.store.ErrorStore;
import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.sluice.siddhi.kit.FailureNotes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An error store that only remembers. Set it with {@code manager.setErrorStore(...)}. Thread-safe. */
@SuppressWarnings({"rawtypes", "removal"}) // the signatures of Siddhi
public final class CapturedErrors extends ErrorStore {

    private final List<ErroneousEvent> events = new CopyOnWriteArrayList<>();
    private final FailureNotes failures;

    /** Remembers only. */
    public CapturedErrors() {
        this(new FailureNotes());
    }

    /** Remembers, and leaves word for sources, as the runner's error store does. */
    public CapturedErrors(FailureNotes failures) {
        this.failures = failures;
    }

    /** The failed events, oldest first. */
    public List<ErroneousEvent> events() {
        return List.copyOf(events);
    }

    @Override
    public void saveMappingError(String app, List<ErroneousEvent> failed, String stream) {
        events.addAll(failed);
        failed.forEach(event -> failures.mappingFailed(reason(event)));
    }

    @Override
    public void saveTransportError(
            String app, ErroneousEvent failed, ErroneousEventType type, String stream, ErrorOccurrence occurrence) {
        events.add(failed);
        if (occurrence != ErrorOccurrence.STORE_ON_SINK_ERROR) {
            failures.processingFailed(reason(failed));
        }
    }

    private static Throwable reason(ErroneousEvent event) {
        return event.getThrowable() == null ? new IllegalArgumentException(event.getCause()) : event.getThrowable();
    }

    @Override
    protected void saveEntry(
            long timestamp,
            String app,
            String stream,
            byte[] event,
            String cause,
            byte[] stackTrace,
            byte[] payload,
            String occurrence,
            String eventType,
            String errorType) {
        throw new UnsupportedOperationException("events are captured before they become entries");
    }

    @Override
    public void setProperties(Map properties) {
        // nothing to set
    }

    @Override
    public List<ErrorEntry> loadErrorEntries(String app, Map<String, String> query) {
        return List.of();
    }

    @Override
    public ErrorEntry loadErrorEntry(int id) {
        throw new UnsupportedOperationException("no entries here; see events()");
    }

    @Override
    public void discardErrorEntry(int id) {
        throw new UnsupportedOperationException("no entries here; see events()");
    }

    @Override
    public void discardErrorEntries(String app) {
        events.clear();
    }

    @Override
    public int getTotalErrorEntriesCount() {
        return events.size();
    }

    @Override
    public int getErrorEntriesCount(String app) {
        return events.size();
    }

    @Override
    public void purge(Map query) {
        events.clear();
    }
}

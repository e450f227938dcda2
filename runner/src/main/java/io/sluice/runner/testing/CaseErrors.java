package io.sluice.runner.testing;

import com.lmax.disruptor.EventHandler;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.model.ErrorEntry;
import io.siddhi.core.util.error.handler.model.PublishableErrorEntry;
import io.siddhi.core.util.error.handler.store.ErrorStore;
import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.sluice.runner.host.Failure;
import io.sluice.runner.host.FailureListener;
import io.sluice.runner.host.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What went wrong inside the app during a case, each failure once: the error store and the host may both tell of it. Thread-safe. */
@SuppressWarnings({"rawtypes", "removal"}) // the signatures of Siddhi
final class CaseErrors extends ErrorStore implements FailureListener {

    private final List<String> reasons = new ArrayList<>(); // guarded by this, like known
    private final Set<Throwable> known = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Those since the last call, oldest first. */
    synchronized List<String> take() {
        List<String> taken = List.copyOf(reasons);
        reasons.clear();
        return taken;
    }

    @Override
    public void failed(Failure failure) {
        add(failure.where().isEmpty() ? "" : failure.where() + ": ", failure.cause(), "");
    }

    @Override
    public void saveMappingError(String app, List<ErroneousEvent> failed, String stream) {
        failed.forEach(event -> add(stream + ": ", event.getThrowable(), event.getCause()));
    }

    @Override
    public void saveTransportError(
            String app, ErroneousEvent failed, ErroneousEventType type, String stream, ErrorOccurrence occurrence) {
        add(stream + ": ", failed.getThrowable(), failed.getCause());
    }

    private synchronized void add(String where, @Nullable Throwable thrown, @Nullable String cause) {
        if (thrown != null && !known.add(thrown)) {
            return;
        }
        boolean said = cause != null && !cause.isBlank();
        reasons.add(where + (said ? cause : thrown == null ? "failed" : Reason.of(thrown)));
    }

    /** No threads: Siddhi's own buffer is not used. */
    @Override
    @SuppressWarnings("unchecked") // there is no generic array creation
    protected EventHandler<PublishableErrorEntry>[] getEventHandler() {
        return new EventHandler[0];
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
        throw new UnsupportedOperationException("failures are kept before they become entries");
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
        throw new UnsupportedOperationException("no entries here");
    }

    @Override
    public void discardErrorEntry(int id) {
        throw new UnsupportedOperationException("no entries here");
    }

    @Override
    public void discardErrorEntries(String app) {
        // no entries here
    }

    @Override
    public int getTotalErrorEntriesCount() {
        return 0;
    }

    @Override
    public int getErrorEntriesCount(String app) {
        return 0;
    }

    @Override
    public void purge(Map query) {
        // no entries here
    }
}

package io.sluice.runner.errors;

import com.lmax.disruptor.EventHandler;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.model.ErrorEntry;
import io.siddhi.core.util.error.handler.model.PublishableErrorEntry;
import io.siddhi.core.util.error.handler.store.ErrorStore;
import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.error.handler.util.ErrorType;
import io.sluice.siddhi.kit.FailureNotes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Siddhi's way into the error store: turns what the engine hands over into entries, with what else is known of their place, so that they can be given back
 * exactly. Thread-safe. Entries are read from {@link DurableErrorStore}, not by Siddhi's API, which knows only 32 bits of an id.
 */
public final class EngineErrors extends ErrorStore {

    /** Finds out which part of an app the calling thread works for. */
    @FunctionalInterface
    public interface Origins {
        /** Never throws; empty where it is not known. */
        Optional<Origin> find(String app, ErrorOccurrence occurrence, String stream, ErroneousEvent event);
    }

    /**
     * The place where an event failed, beside the name of the stream.
     *
     * @param part see {@link StoredError#part()}
     * @param properties transport properties of the payload in hand
     */
    public record Origin(String part, Object @Nullable [] properties) {}

    private final DurableErrorStore store;
    private final InstantSource clock;
    private final FailureNotes failures;
    private final Origins origins;

    /**
     * @param failures told of every error that concerns the event in hand: a payload that does not map, a query or table that fails
     */
    public EngineErrors(DurableErrorStore store, InstantSource clock, FailureNotes failures, Origins origins) {
        this.store = store;
        this.clock = clock;
        this.failures = failures;
        this.origins = origins;
    }

    @Override
    protected void save(
            String app,
            String stream,
            ErroneousEvent event,
            ErroneousEventType eventType,
            ErrorOccurrence occurrence,
            ErrorType errorType) {
        note(event, occurrence);
        Instant now = clock.instant();
        Origin origin = origins.find(app, occurrence, stream, event).orElse(new Origin("", null));
        boolean mapping = occurrence == ErrorOccurrence.BEFORE_SOURCE_MAPPING;
        String events = mapping ? null : EventsJson.write(event.getEvent());
        store.failed(new StoredError(
                store.nextId(now),
                now,
                app,
                stream,
                origin.part(),
                occurrence,
                eventType,
                errorType,
                reason(event),
                trace(event.getThrowable()),
                payload(event, occurrence, events),
                events,
                PropertiesJson.write(origin.properties())));
    }

    /** Streams and tables have events, sources a payload, sinks both; what is nothing of these is at least described. */
    private static @Nullable Payload payload(
            ErroneousEvent event, ErrorOccurrence occurrence, @Nullable String events) {
        if (occurrence == ErrorOccurrence.BEFORE_SOURCE_MAPPING) {
            return Payload.of(event.getEvent());
        }
        if (occurrence == ErrorOccurrence.STORE_ON_SINK_ERROR) {
            return Payload.of(event.getOriginalPayload());
        }
        if (events != null) {
            return null;
        }
        Object original = event.getOriginalPayload();
        return Payload.described(original == null ? event.getEvent() : original);
    }

    /** A sink that fails is not the producer's business: the event was processed, and what the sink could not send is kept here. */
    private void note(ErroneousEvent event, ErrorOccurrence occurrence) {
        Throwable thrown = event.getThrowable();
        Throwable reason = thrown == null ? new IllegalArgumentException(String.valueOf(event.getCause())) : thrown;
        if (occurrence == ErrorOccurrence.BEFORE_SOURCE_MAPPING) {
            failures.mappingFailed(reason);
        } else if (occurrence != ErrorOccurrence.STORE_ON_SINK_ERROR) {
            failures.processingFailed(reason);
        }
    }

    private static String reason(ErroneousEvent event) {
        Throwable thrown = event.getThrowable();
        if (thrown == null) {
            return String.valueOf(event.getCause());
        }
        StringBuilder reason = new StringBuilder(thrown.toString());
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            reason.append("; caused by ").append(cause);
        }
        return reason.toString();
    }

    private static String trace(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "";
        }
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** No consumers: Siddhi's constructor would start a thread for its buffer, which is not used here. */
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    protected EventHandler<PublishableErrorEntry>[] getEventHandler() {
        return new EventHandler[0];
    }

    /** Never called, as {@link #save} does not go through Siddhi's buffer. */
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
        throw new UnsupportedOperationException("errors are stored by save()");
    }

    @Override
    @SuppressWarnings("rawtypes") // Siddhi's signature
    public void setProperties(Map properties) {
        // configured by the constructor
    }

    @Override
    public List<ErrorEntry> loadErrorEntries(String app, Map<String, String> query) {
        throw ownMethods();
    }

    @Override
    public ErrorEntry loadErrorEntry(int id) {
        throw ownMethods();
    }

    @Override
    public void discardErrorEntry(int id) {
        throw ownMethods();
    }

    @Override
    public void discardErrorEntries(String app) {
        throw ownMethods();
    }

    @Override
    public int getTotalErrorEntriesCount() {
        throw ownMethods();
    }

    @Override
    public int getErrorEntriesCount(String app) {
        throw ownMethods();
    }

    @Override
    @SuppressWarnings("rawtypes") // Siddhi's signature
    public void purge(Map retention) {
        throw ownMethods();
    }

    private static UnsupportedOperationException ownMethods() {
        return new UnsupportedOperationException(
                "entries are read by list, find and count, and removed by discard and purge");
    }
}

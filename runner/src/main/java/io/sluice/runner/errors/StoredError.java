package io.sluice.runner.errors;

import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.error.handler.util.ErrorType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event that could not be processed.
 *
 * @param id grows with time; unique within one store
 * @param time when it failed
 * @param app name of the app
 * @param stream name of the stream; of the table, where a table failed
 * @param part which source or sink of the stream, or which query of the table, for example {@code kafka/0}; empty if not known
 * @param occurrence where in the app it failed, as Siddhi names it
 * @param eventType what Siddhi had in hand
 * @param errorType mapping or transport
 * @param cause what went wrong, with causes of causes, cut at {@value #LONGEST_CAUSE} characters
 * @param trace stack trace, cut at {@value #LONGEST_TRACE} characters; empty if there was none
 * @param payload what the source received or the sink was about to send; null for streams and tables
 * @param events the events ({@link EventsJson}); null for payloads that never became events
 * @param properties transport properties of the payload as a JSON array; null where there were none
 */
public record StoredError(
        long id,
        Instant time,
        String app,
        String stream,
        String part,
        ErrorOccurrence occurrence,
        ErroneousEventType eventType,
        ErrorType errorType,
        String cause,
        String trace,
        @Nullable Payload payload,
        @Nullable String events,
        @Nullable String properties) {

    static final int LONGEST_CAUSE = 1_000;
    static final int LONGEST_TRACE = 8_000;

    /** Cuts what is too long. */
    public StoredError {
        cause = cut(cause, LONGEST_CAUSE);
        trace = cut(trace, LONGEST_TRACE);
    }

    /** The same under another number. */
    StoredError withId(long other) {
        return new StoredError(
                other,
                time,
                app,
                stream,
                part,
                occurrence,
                eventType,
                errorType,
                cause,
                trace,
                payload,
                events,
                properties);
    }

    /** The same with another content. */
    StoredError with(@Nullable Payload otherPayload, @Nullable String otherEvents) {
        return new StoredError(
                id,
                time,
                app,
                stream,
                part,
                occurrence,
                eventType,
                errorType,
                cause,
                trace,
                otherPayload,
                otherEvents,
                properties);
    }

    /** About how many bytes it takes in the store. */
    long size() {
        long size = 200L + cause.length() + trace.length();
        size += payload == null ? 0 : payload.text().length();
        size += events == null ? 0 : events.length();
        return size + (properties == null ? 0 : properties.length());
    }

    private static String cut(String text, int longest) {
        String clean = text.replace('\0', ' ');
        return clean.length() <= longest ? clean : clean.substring(0, longest - 3) + "...";
    }
}

package io.sluice.gateway.stream;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a client wants a stream to begin. */
public sealed interface Start {

    /** With the next event. */
    record Live() implements Start {}

    /** With the event after this one. */
    record After(EventId id) implements Start {}

    /** With the first event that came at this instant or later. */
    record Since(Instant instant) implements Start {}

    /**
     * Reads what a request says; {@code Last-Event-ID}, which a client sends when it comes back, wins over the query.
     *
     * @param lastEventId the header {@code Last-Event-ID}, or null
     * @param cursors every query parameter {@code cursor}
     * @param sinces every query parameter {@code since}
     * @throws IllegalArgumentException saying what cannot be read
     */
    static Start of(@Nullable String lastEventId, List<String> cursors, List<String> sinces) {
        if (cursors.size() + sinces.size() > 1) {
            throw new IllegalArgumentException("the query names more than one place to start from");
        }
        if (lastEventId != null && !lastEventId.isEmpty()) {
            return after("Last-Event-ID", lastEventId);
        }
        if (!cursors.isEmpty()) {
            return after("cursor", cursors.get(0));
        }
        return sinces.isEmpty() ? new Live() : new Since(instant(sinces.get(0)));
    }

    private static Start after(String name, String text) {
        return new After(EventId.parse(text)
                .orElseThrow(
                        () -> new IllegalArgumentException(name + " is not an id of this stream, such as 'k3f-17'")));
    }

    private static Instant instant(String text) {
        try {
            return text.matches("[0-9]{1,15}") ? Instant.ofEpochMilli(Long.parseLong(text)) : Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            throw new IllegalArgumentException(
                    "since is no time such as '2026-01-01T10:00:00Z' or milliseconds since 1970", notATime);
        }
    }
}

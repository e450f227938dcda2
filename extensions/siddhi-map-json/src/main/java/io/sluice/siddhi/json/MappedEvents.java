package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonLocation;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one document. Used by one thread. */
final class MappedEvents {

    private final Object payload;
    private final List<Event> events = new ArrayList<>(1);
    private @Nullable List<ErroneousEvent> failures;
    private boolean several;

    /** @param payload the text or the bytes of the document */
    MappedEvents(Object payload) {
        this.payload = payload;
    }

    void add(@Nullable Object[] data) {
        events.add(new Event(-1, data)); // -1: Siddhi sets the time
    }

    /** Notes that the document is an array, even if it turns out to have one element. */
    void several() {
        several = true;
    }

    /** Adds an element of an array that did not fit; what is kept of it is its own text, so that a replay repeats no other element. */
    void fail(JsonLocation start, JsonLocation end, Misfit misfit) {
        if (failures == null) {
            failures = new ArrayList<>();
        }
        ErroneousEvent failure = new ErroneousEvent(slice(start, end), misfit, misfit.reason());
        failure.setOriginalPayload(failure.getEvent());
        failures.add(failure);
    }

    List<Event> events() {
        return events;
    }

    List<ErroneousEvent> failures() {
        return failures == null ? List.of() : failures;
    }

    boolean isSeveral() {
        return several;
    }

    private Object slice(JsonLocation start, JsonLocation end) {
        if (payload instanceof String text && start.getCharOffset() >= 0) {
            return text.substring((int) start.getCharOffset(), (int) end.getCharOffset());
        }
        if (payload instanceof byte[] bytes && start.getByteOffset() >= 0) {
            int from = (int) start.getByteOffset();
            return new String(bytes, from, (int) end.getByteOffset() - from, StandardCharsets.UTF_8);
        }
        return payload;
    }
}

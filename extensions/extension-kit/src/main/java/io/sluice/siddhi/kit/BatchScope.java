package io.sluice.siddhi.kit;

import java.util.Map;

/**
 * The way of one source thread into an app: events mapped between {@link #begin} and {@link #end} travel as one batch together with the position
 * behind it, so that the app's state and the source's position never disagree.
 *
 * <pre>{@code
 * scope.begin();
 * for (var record : polled) {
 *     listener.onEvent(record.value(), properties(record));
 * }
 * scope.end(Map.of("orders-0", lastOffset));
 * }</pre>
 *
 * <p>A scope is used by one thread at a time. Where the host has no batches (plain Siddhi), events are processed inside {@code onEvent} and
 * {@code end} only reports.
 */
public interface BatchScope {
    /** Starts to collect what the calling thread maps. */
    void begin();

    /**
     * Payloads mapped to events since {@link #begin}, for sources that must know when a mapper drops one without a word.
     *
     * @return -1 where the host does not know
     */
    default int collected() {
        return -1;
    }

    /**
     * Hands the batch over. Blocks while the app has as many batches of this source waiting as it allows.
     *
     * @param position where this source continues after the batch; keys and values are the source's own, all serialisable
     * @throws InterruptedException if interrupted while waiting; the batch was not handed over
     */
    void end(Map<String, Object> position) throws InterruptedException;
}

package io.sluice.siddhi.kit;

import java.util.Map;

/**
 * Tells a source what became of the batches it handed over.
 *
 * <ol>
 *   <li>{@link #processed} (or {@link #failed} in its place) is called exactly once per batch, in hand-over order, on the thread that owns the app, right after the last event of
 *       the batch went through and before anything else happens in the app. The source puts the position into its {@code State} here, so that a
 *       snapshot taken between two batches holds state and position of the same instant.
 *   <li>{@link #durable} is called, on any thread, when the app will never ask for anything up to the position again. Only now may it be committed
 *       to the outside. Positions may be skipped; the last one counts.
 * </ol>
 */
public interface PositionListener {
    /** The batch that ended at this position has been processed by the app. */
    void processed(Map<String, Object> position);

    /**
     * A query or table failed while the batch that ends at this position was processed, or the batch could not be processed at all. Called on the
     * owner thread; where the batch was processed it comes right before {@link #processed}, else instead of it.
     *
     * @param reason the first failure
     */
    default void failed(Map<String, Object> position, Throwable reason) {
        // a source that cannot ask for the batch again has nobody to tell
    }

    /** Everything up to this position is safe. */
    void durable(Map<String, Object> position);
}

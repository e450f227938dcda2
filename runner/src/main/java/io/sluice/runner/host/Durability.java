package io.sluice.runner.host;

import io.sluice.siddhi.kit.PositionListener;
import java.util.Map;

/** Decides when a position that the app has processed counts as safe, so that its source may commit it outward. */
@FunctionalInterface
public interface Durability {
    /**
     * Called on the app's owner thread after {@link PositionListener#processed}.
     *
     * @param sourceKey names the source within the app; the same after a restart of an unchanged app
     * @param source to be told with {@link PositionListener#durable}, now or later, on any thread
     * @param position what was processed
     */
    void processed(String sourceKey, PositionListener source, Map<String, Object> position);

    /**
     * The state of this instant goes into a checkpoint, with every position that was {@link #processed} before. Called where {@link #processed} is called.
     *
     * @param revision of the checkpoint
     */
    default void taken(String revision) {
        // positions do not wait for checkpoints
    }

    /** The checkpoint is where no crash can take it away. On any thread. */
    default void saved(String revision) {
        // positions do not wait for checkpoints
    }

    /** Without checkpoints: processed is as safe as it gets. */
    Durability IMMEDIATE = (sourceKey, source, position) -> source.durable(position);
}

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

    /** Without checkpoints: processed is as safe as it gets. */
    Durability IMMEDIATE = (sourceKey, source, position) -> source.durable(position);
}

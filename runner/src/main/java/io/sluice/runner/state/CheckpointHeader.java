package io.sluice.runner.state;

import java.util.Map;

/**
 * What is known about a checkpoint without decoding its state.
 *
 * @param app the app's name
 * @param revision its number; sorts by age
 * @param takenAt wall-clock time, in milliseconds since 1970
 * @param clock the app's own time, in milliseconds since 1970; event time under {@code @app:playback}
 * @param engine version of the engine whose state this is
 * @param fingerprint of the app as a whole: equal means that every part fits
 * @param triggers when each periodic trigger is due next, by its name and period, in the app's time
 * @param positions where each source continues, for a person; the sources read their own sections
 */
public record CheckpointHeader(
        String app,
        String revision,
        long takenAt,
        long clock,
        String engine,
        String fingerprint,
        Map<String, Long> triggers,
        Map<String, String> positions) {

    /** The only engine whose state is understood. */
    public static final String ENGINE = "5.1.30";

    /** Copies the maps. */
    public CheckpointHeader {
        triggers = Map.copyOf(triggers);
        positions = Map.copyOf(positions);
    }
}

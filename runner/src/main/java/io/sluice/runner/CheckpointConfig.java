package io.sluice.runner;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the state of the apps is kept, and where.
 *
 * @param every time between two checkpoints of an app
 * @param keep checkpoints kept per app
 * @param folder a relative path starts at the home folder
 * @param dataSource keeps them in a table of this database instead of the folder
 */
public record CheckpointConfig(
        @Setting(
                doc = "Time between two checkpoints of an app. After a crash the events since the last one are read"
                        + " again from sources that can rewind.",
                byDefault = "10s")
        Duration every,

        @Setting(doc = "Checkpoints kept per app; a damaged one is passed over for the one before.", byDefault = "3")
        int keep,

        @Setting(doc = "Folder of the checkpoints; relative to the home folder.", byDefault = "checkpoints")
        String folder,

        @Setting(
                doc =
                        "Name of a data source: the checkpoints are kept in its table sluice_checkpoint instead of the folder.",
                byDefault = Setting.ABSENT)
        @Nullable
        String dataSource) {

    private static final Duration SHORTEST = Duration.ofMillis(100);

    /** Refuses bounds that would keep nothing, or stop the app all the time. */
    public CheckpointConfig {
        if (every.compareTo(SHORTEST) < 0) {
            throw new InvalidSetting("every", "'" + every + "' must be at least 100ms");
        }
        if (keep < 1) {
            throw new InvalidSetting("keep", keep + " must be at least 1");
        }
        if (folder.isBlank()) {
            throw new InvalidSetting("folder", "must not be empty");
        }
    }
}

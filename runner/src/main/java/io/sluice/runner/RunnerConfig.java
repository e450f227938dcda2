package io.sluice.runner;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The section {@code runner} of the configuration.
 *
 * @param apps folder with the {@code .siddhi} files; used as it is, so a relative path starts at the working directory
 * @param variables values for {@code ${NAME}} in the files; stronger than the environment
 * @param inbox how much an app lets its sources hand over before they wait
 * @param errorStore where events that could not be processed are kept
 * @param stopTimeout how long the stop of all apps may take
 */
public record RunnerConfig(
        @Setting(doc = "Folder with the .siddhi files that are deployed at start.", byDefault = "siddhi-apps")
        Path apps,

        @Setting(
                doc = "Values for ${NAME} and ${NAME:default} in .siddhi files; they win over the environment.",
                byDefault = "{}")
        Map<String, String> variables,

        @Setting(doc = "Bounds of what waits for an app.") InboxConfig inbox,

        @Setting(doc = "Where events that could not be processed are kept.")
        ErrorStoreConfig errorStore,

        @Setting(doc = "How long the stop of all apps may take.", byDefault = "20s")
        Duration stopTimeout) {

    /** Refuses a stop time that is not positive. */
    public RunnerConfig {
        variables = Map.copyOf(variables);
        if (stopTimeout.isNegative() || stopTimeout.isZero()) {
            throw new InvalidSetting("stop-timeout", "'" + stopTimeout + "' must be longer than zero");
        }
    }
}

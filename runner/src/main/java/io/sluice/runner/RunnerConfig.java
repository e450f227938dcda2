package io.sluice.runner;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import io.sluice.runner.errors.ErrorStoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code runner} of the configuration.
 *
 * @param apps folder with the {@code .siddhi} files; used as it is, so a relative path starts at the working directory
 * @param variables values for {@code ${NAME}} in the files; stronger than the environment
 * @param extensions folder with jars of further extensions; null: {@code extensions} below home
 * @param inbox how much an app lets its sources hand over before they wait
 * @param errorStore where events that could not be processed are kept
 * @param checkpoint when the state of the apps is kept, and where
 * @param admin the management and query API
 * @param scanInterval how often the folder is looked at for changed files; zero never
 * @param stopTimeout how long the stop of all apps may take
 */
public record RunnerConfig(
        @Setting(
                doc =
                        "Folder with the .siddhi files that are deployed at start. The command line falls back to siddhi-apps next to home.",
                byDefault = Setting.ABSENT)
        @Nullable
        Path apps,

        @Setting(
                doc = "Values for ${NAME} and ${NAME:default} in .siddhi files; they win over the environment.",
                byDefault = "{}")
        Map<String, String> variables,

        @Setting(
                doc = "Folder with jars of further Siddhi extensions. Default: extensions below home.",
                byDefault = Setting.ABSENT)
        @Nullable
        Path extensions,

        @Setting(doc = "Bounds of what waits for an app.") InboxConfig inbox,

        @Setting(doc = "Where events that could not be processed are kept.")
        ErrorStoreConfig errorStore,

        @Setting(doc = "When the state of the apps is kept, and where.")
        CheckpointConfig checkpoint,

        @Setting(doc = "The management and query API.") AdminConfig admin,

        @Setting(
                doc =
                        "How often the folder of apps is looked at; a file is deployed once it was the same twice. 0s: only at start.",
                byDefault = "1s")
        Duration scanInterval,

        @Setting(doc = "How long the stop of all apps may take.", byDefault = "20s")
        Duration stopTimeout) {

    /** Refuses a stop time that is not positive. */
    public RunnerConfig {
        variables = Map.copyOf(variables);
        if (scanInterval.isNegative()) {
            throw new InvalidSetting("scan-interval", "'" + scanInterval + "' must not be negative");
        }
        if (stopTimeout.isNegative() || stopTimeout.isZero()) {
            throw new InvalidSetting("stop-timeout", "'" + stopTimeout + "' must be longer than zero");
        }
    }

    /** The folder with the jars of further extensions. */
    public Path extensionsBelow(Path home) {
        return extensions == null ? home.resolve("extensions") : extensions;
    }

    /** The same with another folder of apps. */
    public RunnerConfig withApps(Path folder) {
        return new RunnerConfig(
                folder, variables, extensions, inbox, errorStore, checkpoint, admin, scanInterval, stopTimeout);
    }

    /** The same with other values for the variables of the apps. */
    public RunnerConfig withVariables(Map<String, String> values) {
        return new RunnerConfig(
                apps, values, extensions, inbox, errorStore, checkpoint, admin, scanInterval, stopTimeout);
    }
}

package io.sluice.runner;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Secret;
import io.sluice.common.Setting;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the section {@code data-sources}: a database, named once, used by any number of apps.
 *
 * @param url JDBC URL
 * @param user who connects
 * @param password of the user; empty for none
 * @param poolSize connections at most
 * @param driver class name of the JDBC driver; null: found by the URL
 * @param properties more properties of the JDBC driver
 */
public record DataSourceConfig(
        @Setting(doc = "JDBC URL, for example jdbc:mysql://db:3306/results.")
        String url,

        @Setting(doc = "Who connects.", byDefault = "") String user,

        @Setting(doc = "The password; ${file:PATH} reads it from a file.", byDefault = "", secret = true)
        Secret password,

        @Setting(doc = "Connections at most; who needs one more waits up to 5 s.", byDefault = "10")
        int poolSize,

        @Setting(doc = "Class name of the JDBC driver, where the URL does not tell.", byDefault = Setting.ABSENT)
        @Nullable
        String driver,

        @Setting(doc = "More properties of the JDBC driver.", byDefault = "{}")
        Map<String, String> properties) {

    /** Refuses what is no JDBC URL and a pool without connections. */
    public DataSourceConfig {
        properties = Map.copyOf(properties);
        if (!url.startsWith("jdbc:")) {
            throw new InvalidSetting("url", "must start with jdbc:, for example jdbc:mysql://db:3306/results");
        }
        if (poolSize < 1) {
            throw new InvalidSetting("pool-size", poolSize + " must be at least 1");
        }
    }
}

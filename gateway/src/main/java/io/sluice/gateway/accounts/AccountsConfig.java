package io.sluice.gateway.accounts;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Secret;
import io.sluice.common.Setting;
import org.jspecify.annotations.Nullable;

/** Where users, registered clients, refresh tokens, API keys and revocations are kept. One gateway process per database. */
public record AccountsConfig(
        @Setting(
                doc =
                        "JDBC address; H2 in files below <home>/accounts when absent. The driver must be on the class path.",
                byDefault = Setting.ABSENT)
        @Nullable
        String url,

        @Setting(doc = "User of the database.", byDefault = "sa")
        String user,

        @Setting(doc = "Its password.", byDefault = "", secret = true)
        Secret password,

        @Setting(doc = "Connections, 1 to 50; as many statements run at a time.", byDefault = "4")
        int poolSize) {

    /** Validates all members. */
    public AccountsConfig {
        if (url != null && !url.startsWith("jdbc:")) {
            throw new InvalidSetting("url", "must begin with 'jdbc:', for example 'jdbc:postgresql://db/accounts'");
        }
        if (poolSize < 1 || poolSize > 50) {
            throw new InvalidSetting("pool-size", poolSize + " must be between 1 and 50");
        }
    }

    /** H2 in files below home. */
    public static AccountsConfig embedded() {
        return new AccountsConfig(null, "sa", new Secret(""), 4);
    }
}

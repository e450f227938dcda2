package io.sluice.dataservice;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Secret;
import io.sluice.common.Setting;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where the runner answers on-demand queries, for aggregation resources. */
public record RunnerAccess(
        @Setting(doc = "Address of the runner's API.", byDefault = "http://127.0.0.1:9090")
        URI url,

        @Setting(doc = "User of the runner's API.", byDefault = "admin")
        String user,

        @Setting(
                doc =
                        "Password of the user. The command line falls back to the secret that the runner generates below home.",
                byDefault = Setting.ABSENT,
                secret = true)
        @Nullable
        Secret password,

        @Setting(doc = "How long the runner may take for an answer.", byDefault = "10s")
        Duration timeout) {

    /** The same with a password. */
    public RunnerAccess withPassword(Secret secret) {
        return new RunnerAccess(url, user, secret, timeout);
    }

    /** The same at another address. */
    public RunnerAccess withUrl(URI address) {
        return new RunnerAccess(address, user, password, timeout);
    }

    /** Refuses addresses that are none. */
    public RunnerAccess {
        if (!user.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new InvalidSetting("user", "'" + user + "' must be letters, digits, '_' or '-'");
        }
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new InvalidSetting("url", "'" + url + "' must be an http or https address");
        }
        if (timeout.toMillis() < 100 || timeout.toMillis() > 300_000) {
            throw new InvalidSetting("timeout", "must be between 100ms and 5m");
        }
    }
}

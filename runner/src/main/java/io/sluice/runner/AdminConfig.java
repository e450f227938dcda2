package io.sluice.runner;

import io.sluice.common.DataSize;
import io.sluice.common.InvalidSetting;
import io.sluice.common.Secret;
import io.sluice.common.Setting;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The section {@code runner.admin}: the HTTP API that operators and their tools use.
 *
 * @param host address to bind
 * @param port port to bind; 0 takes any free one
 * @param users who may log in with Basic
 * @param compatible whether error answers have the statuses and bodies of the server whose API this is
 * @param maxBody the longest request body
 * @param maxRows rows of the longest answer to an on-demand query
 * @param queryTimeout how long an on-demand query may take, the wait for the app included
 */
public record AdminConfig(
        @Setting(doc = "Address to bind.", byDefault = "127.0.0.1")
        String host,

        @Setting(doc = "Port of the management and query API; 0 takes any free port.", byDefault = "9090")
        int port,

        @Setting(
                doc =
                        "Who may log in with Basic. Empty: one user `admin`, whose secret is generated into secrets/admin below home.",
                byDefault = "[]")
        List<User> users,

        @Setting(
                doc =
                        "Answer errors with the statuses and bodies that clients of the old servers expect, also where those are wrong.",
                byDefault = "false")
        boolean compatible,

        @Setting(doc = "The longest request body.", byDefault = "4MiB")
        DataSize maxBody,

        @Setting(
                doc = "Rows of the longest answer to an on-demand query; a longer one is refused.",
                byDefault = "50000")
        int maxRows,

        @Setting(doc = "How long an on-demand query may take, the wait for the app included.", byDefault = "30s")
        Duration queryTimeout) {

    /** Scope or permission to look: lists, texts, states, and on-demand queries that read. */
    public static final String VIEW = "siddhiApp.view";

    /** Scope or permission to change apps and, by on-demand queries, their tables. */
    public static final String MANAGE = "siddhiApp.manage";

    /** A loopback port that the system chooses, and no configured user. */
    public static final AdminConfig ANY_PORT =
            new AdminConfig("127.0.0.1", 0, List.of(), false, new DataSize(4 << 20), 50_000, Duration.ofSeconds(30));

    /**
     * One who may log in with Basic.
     *
     * @param name without a colon
     * @param password compared in constant time
     * @param permissions {@link #VIEW}, {@link #MANAGE}, or both
     */
    public record User(
            @Setting(doc = "Name, without a colon.") String name,

            @Setting(doc = "Password; better `${file:/run/secrets/x}` than the text itself.", secret = true)
            Secret password,

            @Setting(
                    doc = "What the user may do: siddhiApp.view, siddhiApp.manage.",
                    byDefault = "[siddhiApp.view, siddhiApp.manage]")
            List<String> permissions) {

        /** Refuses names that Basic cannot carry, empty passwords and unknown permissions. */
        public User {
            if (name.isBlank() || name.contains(":")) {
                throw new InvalidSetting("name", "'" + name + "' must not be empty and must not contain a colon");
            }
            if (password.value().isEmpty()) {
                throw new InvalidSetting("password", "must not be empty");
            }
            for (String permission : permissions) {
                if (!Set.of(VIEW, MANAGE).contains(permission)) {
                    throw new InvalidSetting("permissions", "'" + permission + "' must be " + VIEW + " or " + MANAGE);
                }
            }
            permissions = List.copyOf(permissions);
        }
    }

    /** Refuses ports, sizes and times that make no sense, and two users of one name. */
    public AdminConfig {
        if (port < 0 || port > 65_535) {
            throw new InvalidSetting("port", port + " must be between 0 and 65535");
        }
        if (maxRows < 1) {
            throw new InvalidSetting("max-rows", maxRows + " must be at least 1");
        }
        if (queryTimeout.isNegative() || queryTimeout.isZero()) {
            throw new InvalidSetting("query-timeout", "'" + queryTimeout + "' must be longer than zero");
        }
        Set<String> names = new HashSet<>();
        for (User user : users) {
            if (!names.add(user.name())) {
                throw new InvalidSetting("users", "'" + user.name() + "' is named twice");
            }
        }
        users = List.copyOf(users);
    }
}

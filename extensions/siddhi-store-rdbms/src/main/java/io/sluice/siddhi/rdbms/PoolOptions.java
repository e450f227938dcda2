package io.sluice.siddhi.rdbms;

import io.sluice.siddhi.kit.Options;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come from: a named data source before a JNDI name before a pool of the table's own.
 *
 * @param dataSource a name that the host knows ({@code SiddhiManager.setDataSource})
 * @param jndi a JNDI name
 * @param url for a pool of the table's own, as are the rest; empty if there is none
 * @param properties HikariCP properties by name
 */
record PoolOptions(
        @Nullable String dataSource,
        @Nullable String jndi,
        String url,
        String user,
        String password,
        String driver,
        Map<String, String> properties) {

    static PoolOptions read(Options options) {
        String dataSource = options.textOrNull("datasource");
        String jndi = options.textOrNull("jndi.resource");
        boolean own = dataSource == null && jndi == null;
        if (own && !options.given("jdbc.url")) {
            options.problem(
                    "it says of no database; give datasource='NAME' (a data source of the configuration), jndi.resource, or"
                            + " jdbc.url with username, password and jdbc.driver.name");
        }
        boolean described = own && options.given("jdbc.url");
        return new PoolOptions(
                dataSource,
                jndi,
                options.text("jdbc.url", ""),
                described ? options.text("username") : "",
                described ? options.text("password") : "",
                described ? options.text("jdbc.driver.name") : "",
                pairs("pool.properties", options));
    }

    /** Reads {@code k:v,k:v}. A value may hold colons, but no comma. */
    static Map<String, String> pairs(String option, Options options) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : options.text(option, "").split(",", -1)) {
            if (pair.isBlank()) {
                continue;
            }
            int colon = pair.indexOf(':');
            if (colon < 1 || colon == pair.length() - 1) {
                options.problem("option '" + option + "' has '" + pair.trim() + "', but each entry must be name:value");
            } else {
                pairs.put(
                        pair.substring(0, colon).trim(),
                        pair.substring(colon + 1).trim());
            }
        }
        return pairs;
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return dataSource != null ? "data source '" + dataSource + "'" : jndi != null ? "JNDI '" + jndi + "'" : url;
    }
}

package io.sluice.runner;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.Service;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The named data sources of the configuration, one bounded pool each, for all parts of one process. A database that is not there at the start is no failure: its health check is
 * down until it comes, and apps wait for it.
 *
 * <p>Each pool is looked at every {@value #CHECK_SECONDS} s on a thread of its own; the health check answers from the last look.
 */
public final class DataSources implements Service {

    private static final long CONNECTION_TIMEOUT_MILLIS = 5_000;
    private static final int CHECK_SECONDS = 5;

    private final Map<String, HikariDataSource> pools = new ConcurrentSkipListMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final Map<String, DataSourceConfig> configs;
    private final HealthChecks health;
    private final MeterRegistry meters;
    private final ScheduledExecutorService looks;

    /**
     * Opens nothing.
     *
     * @param configs by name
     * @param health gets a check {@code data-source:<name>} each
     * @param meters gets those of the pools, {@code hikaricp_connections_…}
     */
    public DataSources(Map<String, DataSourceConfig> configs, HealthChecks health, MeterRegistry meters) {
        this.configs = Map.copyOf(configs);
        this.health = health;
        this.meters = meters;
        this.looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-data-sources");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public String name() {
        return "data sources";
    }

    /**
     * Makes the pools; waits for no database.
     *
     * @throws IllegalArgumentException naming the data source, if its driver is not there or refuses the URL
     */
    @Override
    public void start() {
        try {
            new TreeMap<>(configs).forEach(this::makePool);
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
        if (!configs.isEmpty()) {
            looks.scheduleWithFixedDelay(this::look, 0, CHECK_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** The pool with this name, or null; valid between {@link #start()} and {@link #close()}, which closes it. */
    public @Nullable DataSource find(String name) {
        return pools.get(name);
    }

    /** All of them by name, under the same conditions. */
    public Map<String, DataSource> all() {
        return Map.copyOf(pools);
    }

    private void makePool(String name, DataSourceConfig config) {
        HikariConfig hikari = new HikariConfig();
        hikari.setPoolName("data-source-" + name);
        hikari.setMaximumPoolSize(config.poolSize());
        hikari.setMinimumIdle(Math.min(1, config.poolSize()));
        hikari.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        hikari.setInitializationFailTimeout(-1);
        hikari.setMetricRegistry(meters);
        config.properties().forEach(hikari::addDataSourceProperty);
        HikariDataSource pool;
        try {
            hikari.setJdbcUrl(config.url());
            hikari.setUsername(config.user());
            hikari.setPassword(config.password().value());
            if (config.driver() != null) {
                hikari.setDriverClassName(config.driver());
            }
            pool = new HikariDataSource(hikari);
        } catch (RuntimeException refused) {
            throw new IllegalArgumentException(
                    "data-sources." + name + ": no pool: " + refused.getMessage()
                            + "; check url and driver, and that the driver is on the class path",
                    refused);
        }
        pools.put(name, pool);
        troubles.put(name, "not looked at yet");
        health.register("data-source:" + name, () -> state(name));
    }

    private HealthChecks.State state(String name) {
        String trouble = troubles.get(name);
        return trouble == null ? new HealthChecks.State(true, "connected") : new HealthChecks.State(false, trouble);
    }

    private void look() {
        pools.forEach((name, pool) -> {
            try (Connection connection = pool.getConnection()) {
                if (connection.isValid(CHECK_SECONDS)) {
                    troubles.remove(name);
                } else {
                    troubles.put(name, "the database does not answer");
                }
            } catch (SQLException away) {
                troubles.put(name, "no connection (SQLState " + away.getSQLState() + ")");
            }
        });
    }

    /** Closes the pools; whoever still waits for a connection gets an error. */
    @Override
    public void close() {
        looks.shutdownNow();
        pools.forEach((name, pool) -> {
            health.unregister("data-source:" + name);
            pool.close();
        });
    }
}

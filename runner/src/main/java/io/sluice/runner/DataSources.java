package io.sluice.runner;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.sql.DataSource;

/**
 * The named data sources of the configuration, one bounded pool each. A database that is not there at the start is no failure: its health check is
 * down until it comes, and apps wait for it.
 *
 * <p>Each pool is looked at every {@value #CHECK_SECONDS} s on a thread of its own; the health check answers from the last look.
 */
final class DataSources implements AutoCloseable {

    private static final long CONNECTION_TIMEOUT_MILLIS = 5_000;
    private static final int CHECK_SECONDS = 5;

    private final Map<String, HikariDataSource> pools = new TreeMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final HealthChecks health;
    private final MeterRegistry meters;
    private final ScheduledExecutorService looks;

    private DataSources(HealthChecks health, MeterRegistry meters) {
        this.health = health;
        this.meters = meters;
        this.looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-data-sources");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Makes the pools; opens no connection before somebody asks for one.
     *
     * @param configs by name
     * @param health gets a check {@code data-source:<name>} each
     * @param meters gets those of the pools, {@code hikaricp_connections_…}
     * @param made told of each pool, under its name
     * @throws IllegalArgumentException naming the data source, if its driver is not there or refuses the URL
     */
    static DataSources open(
            Map<String, DataSourceConfig> configs,
            HealthChecks health,
            MeterRegistry meters,
            BiConsumer<String, DataSource> made) {
        DataSources opened = new DataSources(health, meters);
        try {
            new TreeMap<>(configs).forEach((name, config) -> {
                HikariDataSource pool = opened.pool(name, config);
                made.accept(name, pool);
            });
        } catch (RuntimeException refused) {
            opened.close();
            throw refused;
        }
        if (!configs.isEmpty()) {
            opened.looks.scheduleWithFixedDelay(opened::look, 0, CHECK_SECONDS, TimeUnit.SECONDS);
        }
        return opened;
    }

    private HikariDataSource pool(String name, DataSourceConfig config) {
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
        return pool;
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

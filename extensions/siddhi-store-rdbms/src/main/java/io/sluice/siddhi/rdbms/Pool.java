package io.sluice.siddhi.rdbms;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import java.util.Properties;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** A source of connections, and whether closing it is ours to do. Opens no connection by itself. */
final class Pool implements AutoCloseable {

    /** How long one attempt to get a connection lasts; Siddhi waits longer between its own attempts. */
    private static final long CONNECTION_TIMEOUT_MILLIS = 5_000;

    private final DataSource source;
    private final boolean own;

    private Pool(DataSource source, boolean own) {
        this.source = source;
        this.own = own;
    }

    DataSource source() {
        return source;
    }

    /**
     * Finds or makes the pool.
     *
     * @throws SiddhiAppRuntimeException if the name is unknown, the driver is not there or a pool property is wrong: trying again would not help
     */
    static Pool open(PoolOptions options, SiddhiAppContext app, String owner) {
        if (options.dataSource() != null) {
            return named(options.dataSource(), app, owner);
        }
        if (options.jndi() != null) {
            return new Pool(lookUp(options.jndi(), owner), false);
        }
        Properties properties = new Properties();
        properties.putAll(options.properties());
        try {
            HikariConfig config = new HikariConfig(properties);
            config.setJdbcUrl(options.url());
            config.setUsername(options.user());
            config.setPassword(options.password());
            config.setDriverClassName(options.driver());
            config.setInitializationFailTimeout(-1); // the database may come later
            if (!properties.containsKey("connectionTimeout")) {
                config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
            }
            return new Pool(new HikariDataSource(config), true);
        } catch (RuntimeException wrong) {
            throw new SiddhiAppRuntimeException(owner + ": no connection pool for " + options.url() + ": "
                    + wrong.getMessage() + "; check jdbc.driver.name, jdbc.url and pool.properties");
        }
    }

    /**
     * A data source of the host.
     *
     * @throws SiddhiAppRuntimeException if the host has none of that name
     */
    static Pool named(String name, SiddhiAppContext app, String owner) {
        DataSource found = app.getSiddhiContext().getSiddhiDataSource(name);
        if (found == null) {
            throw new SiddhiAppRuntimeException(
                    owner + ": there is no data source '" + name + "'; add it to data-sources in the configuration");
        }
        return new Pool(found, false);
    }

    @SuppressWarnings("BanJNDI") // the name is the app author's, and may not lead to another host
    private static DataSource lookUp(String name, String owner) {
        if (name.contains(":") && !name.startsWith("java:")) {
            throw new SiddhiAppRuntimeException(
                    owner + ": jndi.resource '" + name + "' is an address; only names and java: names are looked up");
        }
        try {
            Object found = InitialContext.doLookup(name);
            if (found instanceof DataSource source) {
                return source;
            }
            throw new SiddhiAppRuntimeException(owner + ": jndi.resource '" + name + "' is no data source");
        } catch (NamingException unknown) {
            throw new SiddhiAppRuntimeException(
                    owner + ": jndi.resource '" + name + "' cannot be looked up: " + unknown);
        }
    }

    /** Closes the pool if it was made here. */
    @Override
    public void close() {
        if (own && source instanceof HikariDataSource pool) {
            pool.close();
        }
    }
}

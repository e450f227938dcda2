package io.sluice.dataservice;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** A database of its own for one test class. */
final class Database implements AutoCloseable {

    private final HikariDataSource pool;
    private final AtomicBoolean down = new AtomicBoolean();

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /** H2 in memory. */
    static Database h2() {
        return at("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    }

    static Database at(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(6);
        config.setConnectionTimeout(500);
        return new Database(new HikariDataSource(config));
    }

    HikariDataSource source() {
        return pool;
    }

    /** The pool as the service sees it: without a connection while the database is down. */
    DataSource served() {
        return (DataSource) Proxy.newProxyInstance(
                Database.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (down.get()) {
                        throw new SQLTransientConnectionException("no connection within the time allowed", "08001");
                    }
                    return method.invoke(pool, arguments);
                });
    }

    void down(boolean now) {
        down.set(now);
    }

    void run(String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    long number(String query) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}

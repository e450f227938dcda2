package io.sluice.gateway.accounts;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A bounded pool of connections and the tables. Every call blocks, at most {@link #WAIT} for a connection and {@link #STATEMENT} for a statement; none may
 * be made on an event loop. Works on H2, MySQL, MariaDB and PostgreSQL. Thread-safe.
 */
public final class Database implements AutoCloseable {

    /** How long a call waits for a connection. */
    static final Duration WAIT = Duration.ofSeconds(3);

    /** How long one statement may run. */
    static final Duration STATEMENT = Duration.ofSeconds(5);

    /** Instants are seconds since 1970; hashes and ids are base64url. */
    private static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS sluice_users (name VARCHAR(64) PRIMARY KEY, password_hash VARCHAR(200) NOT NULL, created BIGINT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS sluice_clients (id VARCHAR(64) PRIMARY KEY, metadata VARCHAR(16000) NOT NULL, secret_hash VARCHAR(64), created BIGINT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS sluice_grants (id VARCHAR(64) PRIMARY KEY, client VARCHAR(64) NOT NULL, subject VARCHAR(64) NOT NULL, scopes VARCHAR(4000) NOT NULL, key_thumbprint VARCHAR(64), expires BIGINT NOT NULL, revoked INT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS sluice_refresh_tokens (hash VARCHAR(64) PRIMARY KEY, grant_id VARCHAR(64) NOT NULL, used INT NOT NULL, expires BIGINT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS sluice_revocations (id VARCHAR(300) PRIMARY KEY, revoked BIGINT NOT NULL, expires BIGINT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS sluice_api_keys (id VARCHAR(64) PRIMARY KEY, hash VARCHAR(64) NOT NULL, name VARCHAR(64) NOT NULL, scopes VARCHAR(4000) NOT NULL, expires BIGINT NOT NULL)");

    private final HikariDataSource pool;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Connects and makes the tables that are missing.
     *
     * @param home the state folder, for the embedded database
     * @throws IOException when the database cannot be reached or does not let the tables be made
     */
    public static Database open(AccountsConfig config, Path home) throws IOException {
        String url = Objects.requireNonNullElseGet(
                config.url(),
                () -> "jdbc:h2:file:"
                        + home.resolve("accounts").resolve("accounts").toAbsolutePath()
                        + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;CACHE_SIZE=2048");
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("sluice-accounts");
        settings.setJdbcUrl(url);
        settings.setUsername(config.user());
        settings.setPassword(config.password().value());
        settings.setMaximumPoolSize(config.poolSize());
        settings.setMinimumIdle(1);
        settings.setConnectionTimeout(WAIT.toMillis());
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(settings);
            makeTables(pool);
            return new Database(pool);
        } catch (SQLException | RuntimeException refused) {
            if (pool != null) {
                pool.close();
            }
            throw new IOException(
                    "the database of accounts cannot be opened: check gateway.authorization-server.database and that no"
                            + " other process uses the same home",
                    refused);
        }
    }

    private static void makeTables(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(table);
            }
        }
    }

    /** Reads one row into a value. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Statements that belong together. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** All rows; to be used where there are few. */
    <T> List<T> query(String sql, Row<T> row, Object... parameters) {
        return inTransaction(connection -> query(connection, sql, row, parameters));
    }

    /** The number of rows changed. */
    int update(String sql, Object... parameters) {
        return inTransaction(connection -> update(connection, sql, parameters));
    }

    <T> T inTransaction(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            }
        } catch (SQLException failed) {
            throw new AccountsUnavailable(failed);
        }
    }

    static <T> List<T> query(Connection connection, String sql, Row<T> row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(row.read(rows));
            }
            return found;
        }
    }

    static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setQueryTimeout((int) STATEMENT.toSeconds());
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement;
        } catch (SQLException refused) {
            statement.close();
            throw refused;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}

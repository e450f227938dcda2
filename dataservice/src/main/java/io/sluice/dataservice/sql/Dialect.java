package io.sluice.dataservice.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What databases do each in their own way. The recipes are measured ones: which fetch size streams, which transaction only reads. */
public enum Dialect {
    /** H2. */
    H2,
    /** MySQL. */
    MYSQL,
    /** MariaDB, through whichever driver. */
    MARIADB,
    /** PostgreSQL. */
    POSTGRESQL,
    /** Any other; standard SQL. */
    OTHER;

    private static final int FETCH_ROWS = 500;

    /** The dialect of the database behind a connection. */
    public static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        String version = connection.getMetaData().getDatabaseProductVersion().toLowerCase(Locale.ROOT);
        if (product.contains("mariadb") || version.contains("mariadb")) {
            return MARIADB;
        }
        return switch (product) {
            case "h2" -> H2;
            case "mysql" -> MYSQL;
            case "postgresql" -> POSTGRESQL;
            default -> OTHER;
        };
    }

    /** The key in {@code dialects}, for example {@code h2}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The author's text for this database: MariaDB takes MySQL's where it has none of its own. */
    public String choose(String sql, Map<String, String> dialects) {
        String fallback = this == MARIADB ? dialects.getOrDefault("mysql", sql) : sql;
        return dialects.getOrDefault(key(), fallback);
    }

    /** An identifier as it is, whatever is in it. */
    public String quote(String identifier) {
        return mysqlLike() ? "`" + identifier.replace("`", "``") + "`" : "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    private boolean mysqlLike() {
        return this == MYSQL || this == MARIADB;
    }

    /** Begins a transaction that only reads; the connection must be in auto-commit mode. Its end is a rollback. */
    public void beginRead(Connection connection, int timeoutMillis) throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (mysqlLike()) {
                statement.execute("START TRANSACTION READ ONLY");
            } else if (this == POSTGRESQL) {
                statement.execute("SET LOCAL statement_timeout = " + timeoutMillis);
                statement.execute("SET LOCAL TIME ZONE 'UTC'");
            } else if (this == H2) {
                statement.execute("SET LAZY_QUERY_EXECUTION TRUE"); // rows come one by one instead of all at once
                statement.execute("SET TIME ZONE 'UTC'");
            }
        }
    }

    /** Ends what {@link #beginRead} or {@link #beginWrite} began; what is not committed is rolled back. */
    public void end(Connection connection) throws SQLException {
        connection.rollback();
        if (this == H2) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LAZY_QUERY_EXECUTION FALSE");
                statement.execute("SET TIME ZONE LOCAL");
            }
        }
        connection.setAutoCommit(true);
        connection.setReadOnly(false);
    }

    /** Begins a transaction that writes. */
    public void beginWrite(Connection connection, int timeoutMillis) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (this == POSTGRESQL) {
                statement.execute("SET LOCAL statement_timeout = " + timeoutMillis);
                statement.execute("SET LOCAL TIME ZONE 'UTC'");
            } else if (this == H2) {
                statement.execute("SET TIME ZONE 'UTC'");
            }
        }
    }

    /** Makes a statement give its rows in portions. MySQL's driver knows only "one by one" without a cursor on the server. */
    public void stream(Statement statement, Connection connection) throws SQLException {
        boolean connectorJ = mysqlLike()
                && connection
                        .getMetaData()
                        .getDriverName()
                        .toLowerCase(Locale.ROOT)
                        .contains("mysql");
        statement.setFetchSize(connectorJ ? Integer.MIN_VALUE : FETCH_ROWS);
    }

    /**
     * An INSERT of one row, by what is to happen with a row that is there already.
     *
     * @param columns plain names, in the order of the values
     * @param key columns of the primary key; needed for all but FAIL
     * @return the text, or null if this database has none
     */
    public @Nullable String insert(String table, List<String> columns, List<String> key, Duplicates duplicates) {
        String names = String.join(", ", columns);
        String values = ":" + String.join(", :", columns);
        String plain = "INSERT INTO " + table + " (" + names + ") VALUES (" + values + ")";
        List<String> rest = columns.stream().filter(each -> !key.contains(each)).toList();
        boolean ignore = duplicates == Duplicates.IGNORE || rest.isEmpty();
        if (duplicates == Duplicates.FAIL) {
            return plain;
        }
        if (key.isEmpty()) {
            return null;
        }
        return switch (this) {
            case MYSQL, MARIADB ->
                plain + " ON DUPLICATE KEY UPDATE "
                        + (ignore
                                ? key.get(0) + " = " + key.get(0)
                                : assignments(rest, each -> "VALUES(" + each + ")"));
            case POSTGRESQL ->
                plain + " ON CONFLICT (" + String.join(", ", key) + ") DO "
                        + (ignore ? "NOTHING" : "UPDATE SET " + assignments(rest, each -> "EXCLUDED." + each));
            case H2 -> merge(table, columns, key, ignore ? List.of() : rest);
            case OTHER -> null;
        };
    }

    private static String merge(String table, List<String> columns, List<String> key, List<String> updated) {
        List<String> conditions =
                key.stream().map(each -> "t." + each + " = s." + each).toList();
        return "MERGE INTO " + table + " t USING (VALUES (:" + String.join(", :", columns) + ")) s ("
                + String.join(", ", columns) + ") ON " + String.join(" AND ", conditions)
                + (updated.isEmpty()
                        ? ""
                        : " WHEN MATCHED THEN UPDATE SET " + assignments(updated, each -> "s." + each))
                + " WHEN NOT MATCHED THEN INSERT (" + String.join(", ", columns) + ") VALUES (s."
                + String.join(", s.", columns) + ")";
    }

    private static String assignments(List<String> columns, UnaryOperator<String> value) {
        return String.join(
                ", ",
                columns.stream().map(each -> each + " = " + value.apply(each)).toList());
    }

    /** What happens to a row that is there already. */
    public enum Duplicates {
        /** The request fails with 409. */
        FAIL,
        /** It takes the new values. */
        MERGE,
        /** It stays as it is. */
        IGNORE
    }
}

package io.sluice.dataservice.service;

import io.sluice.dataservice.sql.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** Finds out whether an account may change rows; asked only to warn. */
public final class WriteRights {

    private static final String H2 =
            "SELECT CASE WHEN IS_ADMIN THEN 1 ELSE 0 END FROM INFORMATION_SCHEMA.USERS WHERE USER_NAME = CURRENT_USER"
                    + " UNION ALL SELECT 1 FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES"
                    + " WHERE GRANTEE IN (CURRENT_USER, 'PUBLIC') AND PRIVILEGE_TYPE IN ('INSERT', 'UPDATE', 'DELETE')";
    private static final String POSTGRESQL = "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            + " AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE') LIMIT 1";

    private WriteRights() {}

    /** Whether the database is inside this process: who has its files has its rows, and an account more keeps nobody out. */
    public static boolean embedded(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        return Dialect.of(connection) == Dialect.H2 && url != null && !url.matches("jdbc:h2:(tcp|ssl):.*");
    }

    /** False for databases whose rights nobody here knows how to ask for. */
    public static boolean canWrite(Connection connection) throws SQLException {
        return switch (Dialect.of(connection)) {
            case H2 -> any(connection, H2);
            case POSTGRESQL -> any(connection, POSTGRESQL);
            case MYSQL, MARIADB -> grantsWrite(connection);
            case OTHER -> false;
        };
    }

    private static boolean any(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            boolean found = false;
            while (!found && rows.next()) {
                found = rows.getInt(1) == 1;
            }
            return found;
        }
    }

    private static boolean grantsWrite(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GRANTS")) {
            while (rows.next()) {
                String grant = rows.getString(1).toUpperCase(Locale.ROOT).replaceFirst(" ON .*", "");
                if (grant.matches("GRANT .*\\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE)\\b.*")) {
                    return true;
                }
            }
            return false;
        }
    }
}

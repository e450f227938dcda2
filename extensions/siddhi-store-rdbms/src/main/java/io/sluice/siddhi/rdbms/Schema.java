package io.sluice.siddhi.rdbms;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what a database is, and makes sure that a table is there. */
final class Schema {

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    private Schema() {}

    /**
     * The dialect of the database behind a connection.
     *
     * @throws SQLException if it cannot be asked
     * @throws IllegalArgumentException if no dialect fits
     */
    static Dialect dialect(Connection connection, Dialects dialects) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String product = database.getDatabaseProductName();
        int major = database.getDatabaseMajorVersion();
        int minor = database.getDatabaseMinorVersion();
        return dialects.find(product, major, minor)
                .orElseThrow(() -> new IllegalArgumentException(
                        "database '" + product + "' " + major + "." + minor + " is not known; known are "
                                + dialects.all().stream().map(Dialect::name).collect(Collectors.joining(", "))));
    }

    /**
     * Creates the table with its indexes unless it is there. Somebody else may be creating it at the same time.
     *
     * @throws SQLException if it is not there and cannot be created
     */
    static void ensure(Connection connection, SchemaStatements statements, String table) throws SQLException {
        connection.setAutoCommit(true);
        if (exists(connection, statements)) {
            return;
        }
        try {
            execute(connection, statements.create());
        } catch (SQLException refused) {
            if (SqlFailure.of(refused) != SqlFailure.CONNECTION && exists(connection, statements)) {
                return; // somebody else was faster, and makes the indexes too
            }
            throw refused;
        }
        for (String index : statements.indexes()) {
            execute(connection, index);
        }
        LOG.atInfo().addKeyValue("table", table).log("table created");
    }

    private static boolean exists(Connection connection, SchemaStatements statements) throws SQLException {
        try {
            execute(connection, statements.check());
            return true;
        } catch (SQLException absent) {
            if (SqlFailure.of(absent) == SqlFailure.CONNECTION) {
                throw absent;
            }
            return false;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

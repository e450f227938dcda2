package io.sluice.runner.errors;

import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.error.handler.util.ErrorType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The entries in a table of H2, MySQL, MariaDB or PostgreSQL. Every method takes a connection of its own, commits before it returns and waits at most
 * {@value #TIMEOUT_SECONDS} s for an answer of the database. Thread-safe.
 */
final class ErrorTable {

    private static final int TIMEOUT_SECONDS = 10;
    private static final String COLUMNS =
            "id, occurred_at, app, stream, part, occurrence, event_type, error_type, cause, trace, payload_form, payload,"
                    + " events, properties";

    /** How much is in the table. */
    record Fill(long entries, long bytes) {}

    private final DataSource database;
    private final String table;

    /**
     * Opens nothing.
     *
     * @param table its name, possibly with a schema; nothing but letters, digits, underscores and dots
     */
    ErrorTable(DataSource database, String table) {
        this.database = database;
        this.table = table;
    }

    /** Makes the table where it is not there. */
    void create() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
            boolean mysql = product.contains("mysql") || product.contains("mariadb");
            if (!mysql && !product.contains("h2") && !product.contains("postgresql")) {
                throw new SQLException("the error store works with H2, MySQL, MariaDB and PostgreSQL, not with '"
                        + product + "'; name another data source under runner.error-store.data-source");
            }
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.execute(definition(mysql));
            if (!mysql) {
                statement.execute("CREATE INDEX IF NOT EXISTS " + indexName() + " ON " + table + " (app, id)");
            }
        }
    }

    /**
     * Adds an entry.
     *
     * @return false if there is one with its id already
     */
    boolean insert(StoredError error) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO " + table + " (" + COLUMNS + ", bytes) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")) {
            insert.setQueryTimeout(TIMEOUT_SECONDS);
            Payload payload = error.payload();
            insert.setLong(1, error.id());
            insert.setLong(2, error.time().toEpochMilli());
            insert.setString(3, error.app());
            insert.setString(4, error.stream());
            insert.setString(5, error.part());
            insert.setString(6, error.occurrence().name());
            insert.setString(7, error.eventType().name());
            insert.setString(8, error.errorType().name());
            insert.setString(9, error.cause());
            insert.setString(10, error.trace());
            insert.setString(11, payload == null ? null : payload.form().name());
            insert.setString(12, payload == null ? null : payload.text());
            insert.setString(13, error.events());
            insert.setString(14, error.properties());
            insert.setLong(15, error.size());
            insert.executeUpdate();
            return true;
        } catch (SQLException refused) {
            if (isDuplicate(refused)) {
                return false;
            }
            throw refused;
        }
    }

    /** Entries in the order of their ids. */
    List<StoredError> list(ErrorFilter filter, long limit, long offset) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM " + table + filter.where() + " ORDER BY id LIMIT ? OFFSET ?";
        return ask(sql, filter.values(), query -> {
            query.setLong(filter.values().size() + 1, limit);
            query.setLong(filter.values().size() + 2, offset);
            List<StoredError> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(read(rows));
                }
            }
            return found;
        });
    }

    Optional<StoredError> find(long id) throws SQLException {
        return ask("SELECT " + COLUMNS + " FROM " + table + " WHERE id = ?", List.of(), query -> {
            query.setLong(1, id);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(read(rows)) : Optional.empty();
            }
        });
    }

    long count(ErrorFilter filter) throws SQLException {
        return ask("SELECT COUNT(*) FROM " + table + filter.where(), filter.values(), query -> {
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    Fill fill() throws SQLException {
        return ask("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM " + table, List.of(), query -> {
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return new Fill(rows.getLong(1), rows.getLong(2));
            }
        });
    }

    /** @return whether it was there */
    boolean delete(long id) throws SQLException {
        return ask("DELETE FROM " + table + " WHERE id = ?", List.of(), delete -> {
            delete.setLong(1, id);
            return delete.executeUpdate() > 0;
        });
    }

    /** @return how many were deleted */
    long delete(ErrorFilter filter) throws SQLException {
        return ask("DELETE FROM " + table + filter.where(), filter.values(), delete -> (long) delete.executeUpdate());
    }

    /** @return how many were deleted */
    long deleteBelow(long id) throws SQLException {
        return ask("DELETE FROM " + table + " WHERE id < ?", List.of(), delete -> {
            delete.setLong(1, id);
            return (long) delete.executeUpdate();
        });
    }

    /** The id below which the oldest entries lie that must go so that this many entries and bytes are free; 0 if the table is empty. */
    long oldest(long entries, long bytes) throws SQLException {
        return ask("SELECT id, bytes FROM " + table + " ORDER BY id LIMIT 20000", List.of(), query -> {
            long seen = 0;
            long size = 0;
            long last = 0;
            try (ResultSet rows = query.executeQuery()) {
                while ((seen < entries || size < bytes) && rows.next()) {
                    seen++;
                    size += rows.getLong(2);
                    last = rows.getLong(1) + 1;
                }
            }
            return last;
        });
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T ask(String sql, List<String> values, Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            for (int index = 0; index < values.size(); index++) {
                statement.setString(index + 1, values.get(index));
            }
            return work.with(statement);
        }
    }

    private static StoredError read(ResultSet row) throws SQLException {
        return new StoredError(
                row.getLong(1),
                Instant.ofEpochMilli(row.getLong(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                ErrorOccurrence.valueOf(row.getString(6)),
                ErroneousEventType.valueOf(row.getString(7)),
                ErrorType.valueOf(row.getString(8)),
                row.getString(9),
                row.getString(10),
                payload(row.getString(11), row.getString(12)),
                row.getString(13),
                row.getString(14));
    }

    private static @Nullable Payload payload(@Nullable String form, @Nullable String text) {
        return form == null || text == null ? null : new Payload(Payload.Form.valueOf(form), text);
    }

    /** MySQL: the texts are longer than a VARCHAR may be, and compared byte by byte. */
    private String definition(boolean mysql) {
        String text = mysql ? "LONGTEXT" : "TEXT";
        return "CREATE TABLE IF NOT EXISTS " + table + " ("
                + "id BIGINT NOT NULL PRIMARY KEY, occurred_at BIGINT NOT NULL, app VARCHAR(255) NOT NULL, "
                + "stream VARCHAR(255) NOT NULL, part VARCHAR(255) NOT NULL, occurrence VARCHAR(40) NOT NULL, "
                + "event_type VARCHAR(40) NOT NULL, error_type VARCHAR(20) NOT NULL, cause VARCHAR("
                + StoredError.LONGEST_CAUSE + ") NOT NULL, trace " + text + " NOT NULL, payload_form VARCHAR(20), "
                + "payload " + text + ", events " + text + ", properties " + text + ", bytes BIGINT NOT NULL"
                + (mysql ? ", INDEX " + indexName() + " (app, id)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : ")");
    }

    private String indexName() {
        return table.replace('.', '_') + "_APP";
    }

    private static boolean isDuplicate(SQLException refused) {
        return refused instanceof SQLIntegrityConstraintViolationException
                || (refused.getSQLState() != null && refused.getSQLState().startsWith("23"));
    }
}

package io.sluice.runner.checkpoint;

import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.sluice.runner.state.CheckpointFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Checkpoints in the table {@code sluice_checkpoint} of a database (H2, MySQL, MariaDB, PostgreSQL), for runners whose disk does not outlive them. A checkpoint is
 * several rows of at most 1 MiB, written and rotated in one transaction.
 */
public final class TableCheckpointStore implements CheckpointStore {

    private static final int PART = 1 << 20;

    private final DataSource dataSource;
    private final int keep;
    private boolean made; // guarded by this

    /**
     * Touches nothing yet; the table is made when it is first needed.
     *
     * @param keep checkpoints per app; at least 1
     */
    public TableCheckpointStore(DataSource dataSource, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("keep " + keep + " must be at least 1");
        }
        this.dataSource = dataSource;
        this.keep = keep;
    }

    /** What is done with a connection whose transaction is committed afterwards. */
    private interface Work<T> {
        T with(Connection connection) throws SQLException, IOException, CheckpointException;
    }

    @Override
    public void save(String app, Checkpoint checkpoint) throws CheckpointException {
        inTransaction(
                "checkpoint " + checkpoint.revision() + " of app '" + app + "' could not be written", connection -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    CheckpointFormat.write(checkpoint, bytes);
                    insert(connection, app, number(checkpoint.revision()), bytes.toByteArray());
                    List<Entry> all = entries(connection, app);
                    for (Entry old : all.subList(Math.min(keep, all.size()), all.size())) {
                        delete(connection, app, number(old.revision()));
                    }
                    return true;
                });
    }

    @Override
    public List<Entry> list(String app) throws CheckpointException {
        return inTransaction(
                "the checkpoints of app '" + app + "' cannot be listed", connection -> entries(connection, app));
    }

    @Override
    public Optional<Checkpoint> latest(String app) throws CheckpointException {
        return NewestIntact.of(app, this);
    }

    @Override
    public Checkpoint load(String app, String revision) throws CheckpointException {
        return inTransaction("checkpoint " + revision + " of app '" + app + "' cannot be read", connection -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT content FROM sluice_checkpoint WHERE app = ? AND revision = ? ORDER BY part")) {
                select.setString(1, app);
                select.setLong(2, number(revision));
                try (ResultSet parts = select.executeQuery()) {
                    while (parts.next()) {
                        bytes.write(parts.getBytes(1));
                    }
                }
            }
            if (bytes.size() == 0) {
                throw new CheckpointException("there is none");
            }
            return CheckpointFormat.read(new ByteArrayInputStream(bytes.toByteArray()));
        });
    }

    @Override
    public void clear(String app) throws CheckpointException {
        inTransaction("the checkpoints of app '" + app + "' could not be removed", connection -> {
            try (PreparedStatement all = connection.prepareStatement("DELETE FROM sluice_checkpoint WHERE app = ?")) {
                all.setString(1, app);
                return all.executeUpdate();
            }
        });
    }

    private static void insert(Connection connection, String app, long revision, byte[] bytes) throws SQLException {
        delete(connection, app, revision);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO sluice_checkpoint (app, revision, part, content) VALUES (?, ?, ?, ?)")) {
            for (int from = 0, part = 0; from < bytes.length; from += PART, part++) {
                insert.setString(1, app);
                insert.setLong(2, revision);
                insert.setInt(3, part);
                insert.setBytes(4, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PART)));
                insert.executeUpdate();
            }
        }
    }

    private static void delete(Connection connection, String app, long revision) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM sluice_checkpoint WHERE app = ? AND revision = ?")) {
            delete.setString(1, app);
            delete.setLong(2, revision);
            delete.executeUpdate();
        }
    }

    private static List<Entry> entries(Connection connection, String app) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT revision, SUM(OCTET_LENGTH(content)) FROM sluice_checkpoint WHERE app = ?"
                        + " GROUP BY revision ORDER BY revision DESC")) {
            select.setString(1, app);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entries.add(new Entry(String.valueOf(rows.getLong(1)), rows.getLong(1), rows.getLong(2)));
                }
            }
        }
        return List.copyOf(entries);
    }

    private <T> T inTransaction(String failure, Work<T> work) throws CheckpointException {
        try (Connection connection = dataSource.getConnection()) {
            makeTable(connection);
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.with(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        } catch (SQLException | IOException trouble) {
            throw new CheckpointException(failure + ": " + trouble.getMessage(), trouble);
        } catch (CheckpointException trouble) {
            throw new CheckpointException(failure + ": " + trouble.getMessage(), trouble);
        }
    }

    private synchronized void makeTable(Connection connection) throws SQLException {
        if (made) {
            return;
        }
        String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        String bytes = product.contains("postgres")
                ? "BYTEA"
                : product.contains("mysql") || product.contains("maria") ? "MEDIUMBLOB" : "VARBINARY(" + PART + ")";
        try (Statement create = connection.createStatement()) {
            create.execute("CREATE TABLE IF NOT EXISTS sluice_checkpoint (app VARCHAR(255) NOT NULL,"
                    + " revision BIGINT NOT NULL, part INT NOT NULL, content " + bytes
                    + " NOT NULL, PRIMARY KEY (app, revision, part))");
        }
        made = true;
    }

    private static long number(String revision) throws CheckpointException {
        try {
            return Long.parseLong(revision);
        } catch (NumberFormatException other) {
            throw new CheckpointException("'" + revision + "' is no revision of a checkpoint", other);
        }
    }
}

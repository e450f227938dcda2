package io.sluice.gateway.accounts;

import java.time.Instant;
import java.util.List;

/** Revocations that must survive a restart. Blocks; thread-safe. */
public final class RevocationLog {

    /**
     * One revocation.
     *
     * @param id what is revoked
     * @param revokedAt when; tokens of a subject that were issued later are good
     * @param expiresAt when no token that it could be about is good any more
     */
    public record Entry(String id, Instant revokedAt, Instant expiresAt) {}

    private final Database database;

    /** Over the table of this database. */
    public RevocationLog(Database database) {
        this.database = database;
    }

    /** Keeps one; a later one for the same id takes its place. */
    public void add(Entry entry) {
        database.inTransaction(connection -> {
            Database.update(connection, "DELETE FROM sluice_revocations WHERE id = ?", entry.id());
            return Database.update(
                    connection,
                    "INSERT INTO sluice_revocations (id, revoked, expires) VALUES (?, ?, ?)",
                    entry.id(),
                    entry.revokedAt().getEpochSecond(),
                    entry.expiresAt().getEpochSecond());
        });
    }

    /** All that still matter; the others are forgotten. */
    public List<Entry> current(Instant now) {
        database.update("DELETE FROM sluice_revocations WHERE expires <= ?", now.getEpochSecond());
        return database.query(
                "SELECT id, revoked, expires FROM sluice_revocations",
                row -> new Entry(
                        row.getString(1),
                        Instant.ofEpochSecond(row.getLong(2)),
                        Instant.ofEpochSecond(row.getLong(3))));
    }
}

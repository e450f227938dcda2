package io.sluice.gateway.accounts;

import java.time.Instant;
import java.util.List;

/** API keys, of which only hashes are kept. Blocks; thread-safe. */
public final class ApiKeys {

    /**
     * One key.
     *
     * @param id the part of the key that is no secret
     * @param hash base64url of the SHA-256 of the whole key
     * @param name who it speaks for
     * @param scopes what it may do, separated by blanks
     * @param expiresAt when it ends
     */
    public record Entry(String id, String hash, String name, String scopes, Instant expiresAt) {}

    private final Database database;

    /** Over the table of this database. */
    public ApiKeys(Database database) {
        this.database = database;
    }

    /** Keeps a new one. */
    public void add(Entry key) {
        database.update(
                "INSERT INTO sluice_api_keys (id, hash, name, scopes, expires) VALUES (?, ?, ?, ?, ?)",
                key.id(),
                key.hash(),
                key.name(),
                key.scopes(),
                key.expiresAt().getEpochSecond());
    }

    /** Whether there was such a key. */
    public boolean remove(String id) {
        return database.update("DELETE FROM sluice_api_keys WHERE id = ?", id) > 0;
    }

    /** All that are not expired; the others are forgotten. */
    public List<Entry> current(Instant now) {
        database.update("DELETE FROM sluice_api_keys WHERE expires <= ?", now.getEpochSecond());
        return database.query(
                "SELECT id, hash, name, scopes, expires FROM sluice_api_keys",
                row -> new Entry(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        Instant.ofEpochSecond(row.getLong(5))));
    }
}

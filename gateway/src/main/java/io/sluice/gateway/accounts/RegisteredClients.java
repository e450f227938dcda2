package io.sluice.gateway.accounts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clients that were registered while the server ran. Blocks; thread-safe. */
public final class RegisteredClients {

    /**
     * One client.
     *
     * @param metadata its RFC 7591 document, as JSON
     * @param secretHash base64url of the SHA-256 of its secret, or null if it has none
     */
    public record Entry(
            String id, String metadata, @Nullable String secretHash) {}

    private final Database database;

    /** Over the table of this database. */
    public RegisteredClients(Database database) {
        this.database = database;
    }

    /** Keeps a new one. */
    public void add(Entry entry, Instant now) {
        database.update(
                "INSERT INTO sluice_clients (id, metadata, secret_hash, created) VALUES (?, ?, ?, ?)",
                entry.id(),
                entry.metadata(),
                entry.secretHash() == null ? "" : entry.secretHash(),
                now.getEpochSecond());
    }

    /** All of them. */
    public List<Entry> all() {
        return database.query("SELECT id, metadata, secret_hash FROM sluice_clients", row -> {
            String hash = row.getString(3);
            return new Entry(row.getString(1), row.getString(2), hash == null || hash.isEmpty() ? null : hash);
        });
    }
}

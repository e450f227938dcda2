package io.sluice.gateway.accounts;

import java.time.Instant;
import java.util.List;

/** People who may sign in, with hashed passwords. Blocks; thread-safe. */
public final class Users {

    private final Database database;
    private final PasswordHash passwords;

    /** @param passwords hashes and compares */
    public Users(Database database, PasswordHash passwords) {
        this.database = database;
        this.passwords = passwords;
    }

    /**
     * Adds one.
     *
     * @return false if the name is taken
     */
    public boolean add(String name, String password, Instant now) {
        try {
            database.update(
                    "INSERT INTO sluice_users (name, password_hash, created) VALUES (?, ?, ?)",
                    name,
                    passwords.hash(password),
                    now.getEpochSecond());
            return true;
        } catch (AccountsUnavailable failed) {
            if (failed.isDuplicate()) {
                return false;
            }
            throw failed;
        }
    }

    /** Whether there is such a user and this is the password; takes as long if there is none. Costs about 0.2 s of CPU. */
    public boolean knows(String name, String password) {
        List<String> hashes =
                database.query("SELECT password_hash FROM sluice_users WHERE name = ?", row -> row.getString(1), name);
        return passwords.matches(password, hashes.isEmpty() ? passwords.ofNobody() : hashes.get(0))
                && !hashes.isEmpty();
    }

    /** Whether there was such a user. */
    public boolean remove(String name) {
        return database.update("DELETE FROM sluice_users WHERE name = ?", name) > 0;
    }
}

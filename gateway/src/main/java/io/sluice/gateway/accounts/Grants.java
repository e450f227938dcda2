package io.sluice.gateway.accounts;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Grants and their refresh tokens, of which only hashes are kept. Each refresh token can be redeemed once; one that comes again has been stolen from
 * somebody, and ends the whole family (RFC 9700, section 4.14.2). Blocks; thread-safe.
 */
public final class Grants {

    /** What became of a refresh token. */
    public sealed interface Redeemed {
        /** It was good; the new one takes its place. */
        record Rotated(Grant grant) implements Redeemed {}

        /** It was used before: the family is revoked now. */
        record Reused(Grant grant) implements Redeemed {}

        /** Unknown, expired, revoked, or another client's. */
        record Unknown() implements Redeemed {}
    }

    private static final String COLUMNS = "g.id, g.client, g.subject, g.scopes, g.key_thumbprint, g.expires";

    private final Database database;

    /** Over the tables of this database. */
    public Grants(Database database) {
        this.database = database;
    }

    /** Keeps a new grant and its first refresh token. */
    public void add(Grant grant, String refreshHash) {
        database.inTransaction(connection -> {
            Database.update(
                    connection,
                    "INSERT INTO sluice_grants (id, client, subject, scopes, key_thumbprint, expires, revoked)"
                            + " VALUES (?, ?, ?, ?, ?, ?, 0)",
                    grant.id(),
                    grant.client(),
                    grant.subject(),
                    String.join(" ", grant.scopes()),
                    grant.keyThumbprint() == null ? "" : grant.keyThumbprint(),
                    grant.expiresAt().getEpochSecond());
            return addToken(connection, grant, refreshHash);
        });
    }

    /**
     * Takes a refresh token and puts the new one in its place, in one transaction: of two that come at once, one is a reuse.
     *
     * @param client who asks; the token of another is unknown and stays as it is
     */
    public Redeemed redeem(String refreshHash, String newHash, String client, Instant now) {
        return database.inTransaction(connection -> {
            List<Grant> found = Database.query(
                    connection,
                    "SELECT " + COLUMNS + " FROM sluice_refresh_tokens t JOIN sluice_grants g ON g.id = t.grant_id"
                            + " WHERE t.hash = ? AND g.client = ? AND g.revoked = 0 AND g.expires > ?",
                    Grants::grant,
                    refreshHash,
                    client,
                    now.getEpochSecond());
            if (found.isEmpty()) {
                return new Redeemed.Unknown();
            }
            Grant grant = found.get(0);
            int taken = Database.update(
                    connection, "UPDATE sluice_refresh_tokens SET used = 1 WHERE hash = ? AND used = 0", refreshHash);
            if (taken == 0) {
                revoke(connection, grant.id());
                return new Redeemed.Reused(grant);
            }
            addToken(connection, grant, newHash);
            return new Redeemed.Rotated(grant);
        });
    }

    /** The grant of a refresh token that could still be redeemed. */
    public Optional<Grant> find(String refreshHash, Instant now) {
        return database
                .query(
                        "SELECT " + COLUMNS + " FROM sluice_refresh_tokens t JOIN sluice_grants g ON g.id = t.grant_id"
                                + " WHERE t.hash = ? AND t.used = 0 AND g.revoked = 0 AND g.expires > ?",
                        Grants::grant,
                        refreshHash,
                        now.getEpochSecond())
                .stream()
                .findFirst();
    }

    /** Ends a family; harmless if it is not there. */
    public void revoke(String grantId) {
        database.inTransaction(connection -> revoke(connection, grantId));
    }

    /** Ends every family of a user. */
    public void revokeAllOf(String subject) {
        database.update("UPDATE sluice_grants SET revoked = 1 WHERE subject = ?", subject);
    }

    /** Forgets what has been expired. */
    public void forgetExpired(Instant now) {
        database.update("DELETE FROM sluice_refresh_tokens WHERE expires <= ?", now.getEpochSecond());
        database.update("DELETE FROM sluice_grants WHERE expires <= ?", now.getEpochSecond());
    }

    private static int revoke(Connection connection, String grantId) throws SQLException {
        return Database.update(connection, "UPDATE sluice_grants SET revoked = 1 WHERE id = ?", grantId);
    }

    private static int addToken(Connection connection, Grant grant, String hash) throws SQLException {
        return Database.update(
                connection,
                "INSERT INTO sluice_refresh_tokens (hash, grant_id, used, expires) VALUES (?, ?, 0, ?)",
                hash,
                grant.id(),
                grant.expiresAt().getEpochSecond());
    }

    private static Grant grant(ResultSet row) throws SQLException {
        Set<String> scopes = new LinkedHashSet<>(List.of(row.getString(4).split(" ")));
        scopes.remove("");
        String thumbprint = row.getString(5);
        return new Grant(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                scopes,
                thumbprint == null || thumbprint.isEmpty() ? null : thumbprint,
                Instant.ofEpochSecond(row.getLong(6)));
    }
}

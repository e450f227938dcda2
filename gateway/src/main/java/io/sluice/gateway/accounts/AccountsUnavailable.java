package io.sluice.gateway.accounts;

import java.sql.SQLException;

/** The database did not do what was asked; the caller refuses and does not guess. The message has SQLState and code, and no text of the database. */
public final class AccountsUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AccountsUnavailable(SQLException cause) {
        super(
                "the database of accounts failed (SQLState " + cause.getSQLState() + ", code " + cause.getErrorCode()
                        + ")",
                cause);
    }

    /** Whether a row with the same key is there already. */
    public boolean isDuplicate() {
        return getCause() instanceof SQLException sql
                && sql.getSQLState() != null
                && sql.getSQLState().startsWith("23");
    }
}

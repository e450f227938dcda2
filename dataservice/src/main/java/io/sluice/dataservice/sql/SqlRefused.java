package io.sluice.dataservice.sql;

/** SQL text that a data service does not run; the message says what it met and what to do. */
public final class SqlRefused extends Exception {
    private static final long serialVersionUID = 1L;

    SqlRefused(String message) {
        super(message);
    }
}

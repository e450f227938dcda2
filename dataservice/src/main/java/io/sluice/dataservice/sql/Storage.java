package io.sluice.dataservice.sql;

/** How a timestamp is kept in a column. */
public enum Storage {
    /** In the database's own timestamp type; one without a zone is UTC. */
    NATIVE,
    /** As a whole number of milliseconds since 1970-01-01T00:00:00Z, as Siddhi's tables do. */
    EPOCH_MILLIS
}

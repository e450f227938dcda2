package io.sluice.dataservice.sql;

import java.util.List;

/**
 * One column of a result, as the database describes it and the service file serves it.
 *
 * @param label the name in the database's result, exactly
 * @param key the name in filters, sort orders and the service file
 * @param path members of the reply that lead to it; more than one for a nested object
 * @param type how it is served
 * @param storage how a timestamp is kept
 * @param zoned whether the database keeps a time zone with it
 * @param nullable whether it may be NULL
 * @param asText whether a number is served as text
 * @param roles of which a caller needs one; empty for everybody
 * @param hidden whether nobody is shown it
 */
public record Column(
        String label,
        String key,
        List<String> path,
        ValueType type,
        Storage storage,
        boolean zoned,
        boolean nullable,
        boolean asText,
        List<String> roles,
        boolean hidden) {

    /** Makes the lists immutable. */
    public Column {
        path = List.copyOf(path);
        roles = List.copyOf(roles);
    }

    /** A value of this column, ready to bind. */
    public BoundValue bind(Object value) {
        return new BoundValue(type, storage, zoned, value);
    }
}

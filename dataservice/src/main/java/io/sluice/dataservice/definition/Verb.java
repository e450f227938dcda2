package io.sluice.dataservice.definition;

import java.util.Locale;

/** The HTTP methods a resource can have. */
public enum Verb {
    /** Reads. */
    GET,
    /** Inserts. */
    POST,
    /** Replaces. */
    PUT,
    /** Changes. */
    PATCH,
    /** Deletes. */
    DELETE;

    /** The key in a service file, for example {@code get}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

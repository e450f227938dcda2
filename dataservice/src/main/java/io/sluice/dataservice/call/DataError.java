package io.sluice.dataservice.call;

import io.sluice.common.ErrorCode;

/** What a client of the data service can be told; the group says where to look: 2xx the request, 3xx the caller, 4xx the database, 9xx the service. */
public enum DataError implements ErrorCode {
    /** Nothing is served at this path. */
    NO_SUCH_RESOURCE("DAT-201", 404, "No such resource"),
    /** The path is there, but not for this method. */
    METHOD_NOT_ALLOWED("DAT-202", 405, "Method not allowed"),
    /** A parameter, filter or sort order has a value that does not fit. */
    PARAMETER_INVALID("DAT-203", 400, "Parameter not valid"),
    /** A parameter that the resource does not have. */
    PARAMETER_UNKNOWN("DAT-204", 400, "Parameter not known"),
    /** The cursor is not one of this query. */
    CURSOR_INVALID("DAT-205", 400, "Cursor not valid"),
    /** No media type that the client accepts can be served. */
    NOT_ACCEPTABLE("DAT-206", 406, "Not acceptable"),
    /** The body has a media type other than JSON. */
    UNSUPPORTED_MEDIA_TYPE("DAT-207", 415, "Media type not supported"),
    /** The body is larger than the service allows. */
    BODY_TOO_LARGE("DAT-208", 413, "Body too large"),
    /** The body is not what the resource takes. */
    BODY_INVALID("DAT-209", 400, "Body not valid"),
    /** There is no such row. */
    NO_SUCH_ROW("DAT-210", 404, "No such row"),
    /** A preference that cannot be honoured, with {@code handling=strict}. */
    PREFERENCE_INVALID("DAT-211", 400, "Preference not honoured"),
    /** More rows would change than {@code max-affected} allows; nothing has changed. */
    TOO_MANY_AFFECTED("DAT-212", 409, "Too many rows affected"),
    /** There are more rows than one reply may have. */
    TOO_MANY_ROWS("DAT-213", 500, "Too many rows for one reply"),
    /** Path or query are not valid percent-encoded UTF-8. */
    ADDRESS_INVALID("DAT-214", 400, "Address not valid"),

    /** The resource is not public and the call has no identity. */
    IDENTITY_REQUIRED("DAT-301", 401, "Identity required"),
    /** The identity header is forged, expired or malformed. */
    IDENTITY_INVALID("DAT-302", 401, "Identity not accepted"),
    /** The caller lacks a scope. */
    SCOPE_MISSING("DAT-303", 403, "Scope missing"),
    /** The caller lacks a claim by which rows are filtered. */
    CLAIM_MISSING("DAT-304", 403, "Claim missing"),
    /** The caller may not see a column it asks about. */
    COLUMN_FORBIDDEN("DAT-305", 403, "Column not allowed"),

    /** The database cannot be reached, or has no connection left. */
    DATABASE_UNAVAILABLE("DAT-401", 503, "Database not available"),
    /** The database did not answer in time. */
    DATABASE_TIMEOUT("DAT-402", 504, "Database took too long"),
    /** A row with this key exists, or others refer to this one. */
    CONFLICT("DAT-403", 409, "Conflict with other rows"),
    /** The database does not take these values. */
    VALUE_REFUSED("DAT-404", 422, "Value refused"),
    /** The database refuses the statement. */
    DATABASE_REFUSED("DAT-405", 500, "Database refused the statement"),
    /** All workers are busy and as many requests wait as may. */
    BUSY("DAT-406", 503, "Too many requests waiting"),
    /** As many requests of this service are worked on as may. */
    TOO_MANY_REQUESTS("DAT-407", 429, "Too many requests of this service"),
    /** As many clients follow resources as may. */
    TOO_MANY_TAILS("DAT-408", 503, "Too many clients follow"),
    /** The runner, or the app that holds an aggregation, is not there now. */
    RUNNER_UNAVAILABLE("DAT-409", 503, "Aggregation not available"),
    /** The runner refuses the query of an aggregation: the service file does not fit the app. */
    RUNNER_REFUSED("DAT-410", 500, "Aggregation cannot be read"),

    /** A fault of the data service. */
    INTERNAL("DAT-901", 500, "Internal error");

    private final String code;
    private final int status;
    private final String title;

    DataError(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }
}

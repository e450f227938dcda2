package io.sluice.runner.admin;

import io.sluice.common.ErrorCode;

/**
 * Errors of the admin API. Each also knows the status, the type and the code that the servers whose API this is would send, for
 * {@code runner.admin.compatible}.
 */
public enum AdminError implements ErrorCode {
    /** No credentials, or none that can be read. */
    NO_CREDENTIALS("RUN-101", 401, "Authentication required", 400, "error", 0),
    /** User and password, or the token, are not good. */
    BAD_CREDENTIALS("RUN-102", 401, "Authentication failed", 401, "error", 0),
    /** The caller is known but lacks the permission. */
    FORBIDDEN("RUN-103", 403, "Permission missing", 401, "error", 0),
    /** A page of another site made the browser call. */
    CROSS_SITE("RUN-104", 403, "Cross-site call", 403, "error", 0),
    /** Nobody could be asked about the token. */
    TOKENS_UNAVAILABLE("RUN-105", 503, "Token check unavailable", 503, "error", 0),
    /** A parameter or the body cannot be understood. */
    BAD_REQUEST("RUN-201", 400, "Bad request", 400, "error", 1),
    /** The body is longer than allowed. */
    BODY_TOO_LARGE("RUN-202", 413, "Body too large", 413, "error", 0),
    /** The body has another media type than the operation takes. */
    UNSUPPORTED_TYPE("RUN-203", 415, "Unsupported media type", 415, "error", 0),
    /** As many calls as allowed are being answered. */
    BUSY("RUN-204", 503, "Busy", 503, "error", 0),
    /** The app did not answer in time. */
    TIMED_OUT("RUN-205", 504, "Timed out", 500, "error", 0),
    /** No app has the name. */
    NO_SUCH_APP("RUN-301", 404, "No such app", 404, "not-found", 0),
    /** An app has the name already. */
    APP_EXISTS("RUN-302", 409, "App exists", 409, "conflict", 0),
    /** The app's text has errors. */
    APP_INVALID("RUN-303", 400, "Invalid app", 400, "validation error", 800_101),
    /** The text is good, but the app did not start. */
    APP_NOT_STARTED("RUN-304", 422, "App did not start", 500, "validation error", 800_101),
    /** The apps folder cannot be written. */
    FOLDER_UNUSABLE("RUN-305", 500, "Apps folder unusable", 500, "file processing error", 800_102),
    /** The operation needs a running app. */
    APP_INACTIVE("RUN-306", 409, "App is not active", 404, "not-found", 0),
    /** No running app has the name. */
    NO_ACTIVE_APP("RUN-401", 404, "No active app", 404, "error", 1),
    /** The query's text is wrong, or names what the app does not have. */
    BAD_QUERY("RUN-402", 400, "Bad query", 500, "error", 1),
    /** The answer would have more rows than allowed. */
    TOO_MANY_ROWS("RUN-403", 422, "Too many rows", 500, "error", 1),
    /** The query is right but could not be done. */
    QUERY_FAILED("RUN-404", 500, "Query failed", 500, "error", 1),
    /** The app has no such revision. */
    NO_SUCH_REVISION("RUN-501", 404, "No such revision", 500, "error", 800_102),
    /** The state could not be saved or restored. */
    STATE_FAILED("RUN-502", 500, "State not saved or restored", 500, "error", 800_102),
    /** The error store has no such entry. */
    NO_SUCH_ENTRY("RUN-601", 404, "No such entry", 404, "not-found", 0),
    /** The database of the error store does not answer. */
    ERRORS_UNAVAILABLE("RUN-602", 503, "Error store unavailable", 500, "error", 0);

    private final String code;
    private final int status;
    private final String title;
    private final int oldStatus;
    private final String oldType;
    private final int oldCode;

    AdminError(String code, int status, String title, int oldStatus, String oldType, int oldCode) {
        this.code = code;
        this.status = status;
        this.title = title;
        this.oldStatus = oldStatus;
        this.oldType = oldType;
        this.oldCode = oldCode;
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

    /** The status in compatible mode. */
    int oldStatus() {
        return oldStatus;
    }

    /** Member {@code type} in compatible mode. */
    String oldType() {
        return oldType;
    }

    /** Member {@code code} in compatible mode; 0 where there is none. */
    int oldCode() {
        return oldCode;
    }
}

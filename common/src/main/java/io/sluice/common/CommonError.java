package io.sluice.common;

/** Errors that any of our HTTP servers can answer with. */
public enum CommonError implements ErrorCode {
    /** Nothing is served under the path. */
    NOT_FOUND("SLU-201", 404, "Not found"),
    /** The path is there, but not for this method; the answer carries {@code Allow}. */
    METHOD_NOT_ALLOWED("SLU-202", 405, "Method not allowed"),
    /** A fault of ours; the log has the details under the same {@code instance}. */
    INTERNAL("SLU-901", 500, "Internal error");

    private final String code;
    private final int status;
    private final String title;

    CommonError(String code, int status, String title) {
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

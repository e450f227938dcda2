package io.sluice.common;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An error on its way to the edge, where it becomes a {@link Problem}. Never caught to continue. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorCode code;
    private @Nullable String hint;
    private @Nullable Duration retryAfter;

    /**
     * @param code what kind of error
     * @param detail what happened, where, with the numbers; never a token, a payload or SQL text
     */
    public ProblemException(ErrorCode code, String detail) {
        super(detail);
        this.code = code;
    }

    /** Adds what the reader can do about it. */
    public ProblemException hint(String text) {
        this.hint = text;
        return this;
    }

    /** Adds when trying again makes sense; becomes the {@code Retry-After} header, in whole seconds. */
    public ProblemException retryAfter(Duration wait) {
        this.retryAfter = wait;
        return this;
    }

    /** What kind of error. */
    public ErrorCode code() {
        return code;
    }

    /** When trying again makes sense, or null. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The error as the body of an answer. */
    public Problem problem() {
        return new Problem(code, getMessage() == null ? "" : getMessage(), hint);
    }
}

package io.sluice.common;

/** One kind of error that a user can meet. Implemented by one enum per module; codes are documented and never reused. */
public interface ErrorCode {
    /** The stable code, for example {@code GTW-301}. */
    String code();

    /** The HTTP status that goes with it, 400 to 599. */
    int status();

    /** A short title that is the same at every occurrence. */
    String title();
}

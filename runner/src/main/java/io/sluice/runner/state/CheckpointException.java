package io.sluice.runner.state;

import org.jspecify.annotations.Nullable;

/** A checkpoint could not be taken, kept, read or restored. The message says of what, and why. */
public final class CheckpointException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Without another failure behind it. */
    public CheckpointException(String message) {
        super(message);
    }

    /** With the failure behind it. */
    public CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

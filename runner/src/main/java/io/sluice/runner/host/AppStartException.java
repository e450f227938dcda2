package io.sluice.runner.host;

import org.jspecify.annotations.Nullable;

/** An app did not start. The message says which part of it failed, and why. */
public final class AppStartException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the failure behind it, if there is one. */
    public AppStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

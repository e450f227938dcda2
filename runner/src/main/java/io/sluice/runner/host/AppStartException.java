package io.sluice.runner.host;

import org.jspecify.annotations.Nullable;

/** An app did not start. The message says which part of it failed, and why. */
public final class AppStartException extends Exception {
    private static final long serialVersionUID = 1L;

    AppStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

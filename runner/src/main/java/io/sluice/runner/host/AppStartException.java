package io.sluice.runner.host;

import org.jspecify.annotations.Nullable;

/** An app did not start. The message says which part of it failed, and why. */
public final class AppStartException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the failure behind it, if there is one. */
    public AppStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The engine gave up and did not say so. */
    static AppStartException swallowed(String app, @Nullable Throwable known) {
        String reason = known == null
                ? "the engine shut it down; the logger io.siddhi at level ERROR says why"
                : Reason.of(known);
        return new AppStartException("app '" + app + "' did not start: " + reason, known);
    }
}

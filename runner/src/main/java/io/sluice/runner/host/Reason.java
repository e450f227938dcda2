package io.sluice.runner.host;

import io.siddhi.query.api.exception.SiddhiAppContextException;

/** Why something failed, in one line. */
public final class Reason {

    private Reason() {}

    /** The message, without the piece of the app's text that Siddhi adds: it may hold a password. The class's name where there is no message. */
    public static String of(Throwable thrown) {
        String message = thrown instanceof SiddhiAppContextException inContext
                ? inContext.getMessageWithOutContext()
                : thrown.getMessage();
        return message == null ? thrown.getClass().getName() : message;
    }
}

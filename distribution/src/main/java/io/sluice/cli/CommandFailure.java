package io.sluice.cli;

/** A command that cannot go on; the message says what happened, where, and what to do, and is all that the user sees. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }
}

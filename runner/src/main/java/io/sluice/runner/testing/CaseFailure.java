package io.sluice.runner.testing;

/** A step of a case cannot be taken as written. */
final class CaseFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CaseFailure(String message) {
        super(message);
    }
}

package io.sluice.gateway.auth;

/** A token that breaks a rule; the message is safe to log and to send, and holds nothing of the token. */
final class RefusedToken extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedToken(String reason) {
        // no stack trace: forged tokens come from strangers, and their refusal must stay cheap
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

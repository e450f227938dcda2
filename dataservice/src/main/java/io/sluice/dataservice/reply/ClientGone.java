package io.sluice.dataservice.reply;

import java.io.IOException;

/** Nobody is there to read the rest: the connection is closed, or nothing was taken from it for too long. */
public final class ClientGone extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGone(String message) {
        super(message);
    }

    /** @param cause what the work for the client ended with */
    public ClientGone(String message, Throwable cause) {
        super(message, cause);
    }
}

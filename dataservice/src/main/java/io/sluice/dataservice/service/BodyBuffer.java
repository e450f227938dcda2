package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.vertx.core.buffer.Buffer;

/** The body of a request as it comes in, up to a limit. Used on one event loop; read by one worker after it is closed. */
final class BodyBuffer {

    private final long most;
    private final Buffer content = Buffer.buffer();
    private boolean closed;

    BodyBuffer(long most) {
        this.most = most;
    }

    /** Takes a part; true if it made the body too large, and no further part is kept. */
    boolean add(Buffer part) {
        if (closed) {
            return false;
        }
        if (content.length() + (long) part.length() > most) {
            return true;
        }
        content.appendBuffer(part);
        return false;
    }

    /** Ends the body; false if it had ended. */
    boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    Buffer content() {
        return content;
    }

    ProblemException tooLarge() {
        return new ProblemException(DataError.BODY_TOO_LARGE, "the body has more than " + most + " bytes");
    }
}

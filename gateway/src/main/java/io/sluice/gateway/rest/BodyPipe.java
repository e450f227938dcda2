package io.sluice.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * Carries a body from one side to the other: reads no faster than the other side writes, holds one write queue at most, and stops at a limit. Does not
 * end the writing side. On one event loop.
 */
final class BodyPipe {

    /** The body is larger than it may be. */
    static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;

        private TooLarge(long limit) {
            super("more than " + limit + " bytes", null, false, false);
        }
    }

    private final ReadStream<Buffer> from;
    private final WriteStream<Buffer> to;
    private final long limit;
    private final Promise<Void> done = Promise.promise();
    private long bytes;
    private boolean stopped;
    private boolean blocked;

    /** @param limit largest number of bytes that is let through */
    BodyPipe(ReadStream<Buffer> from, WriteStream<Buffer> to, long limit) {
        this.from = from;
        this.to = to;
        this.limit = limit;
    }

    /** Starts; succeeds when the reading side has ended and fails with {@link TooLarge} or with what went wrong there. */
    Future<Void> start() {
        from.exceptionHandler(done::tryFail);
        from.endHandler(ended -> done.tryComplete());
        from.handler(this::carry);
        from.resume();
        return done.future();
    }

    /** Carries nothing more; what still comes is thrown away, unread where possible. */
    void stop() {
        stopped = true;
        done.tryFail("stopped");
    }

    /** Whether the writing side is the one that is waited for. */
    boolean blocked() {
        return blocked;
    }

    private void carry(Buffer chunk) {
        if (stopped) {
            return;
        }
        bytes += chunk.length();
        if (bytes > limit) {
            stopped = true;
            done.tryFail(new TooLarge(limit));
            return;
        }
        to.write(chunk);
        if (to.writeQueueFull()) {
            blocked = true;
            from.pause();
            to.drainHandler(drained -> {
                blocked = false;
                from.resume();
            });
        }
    }
}

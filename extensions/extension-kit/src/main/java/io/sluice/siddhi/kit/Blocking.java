package io.sluice.siddhi.kit;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for event loops on the threads of Siddhi, which calls its extensions synchronously. Never to be used on an event loop. */
public final class Blocking {

    private Blocking() {}

    /**
     * The result of the future.
     *
     * @throws IOException with the failure of the future as cause, or if it does not complete within the limit
     */
    public static <T> T get(Future<T> future, Duration limit) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IOException(
                    cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        } catch (TimeoutException late) {
            throw new IOException("not done within " + limit.toMillis() + " ms", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("interrupted while waiting");
            stopped.initCause(interrupted);
            throw stopped;
        }
    }
}

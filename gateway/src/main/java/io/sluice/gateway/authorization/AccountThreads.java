package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.sluice.gateway.accounts.AccountsUnavailable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The few threads that ask the database and hash passwords. At most {@value #MAX_WAITING} calls wait; more are refused. Thread-safe. */
final class AccountThreads implements AutoCloseable {

    /** Calls that wait or run. */
    static final int MAX_WAITING = 256;

    private static final Logger LOG = LoggerFactory.getLogger(AccountThreads.class);

    private final WorkerExecutor threads;
    private final AtomicInteger waiting = new AtomicInteger();

    AccountThreads(Vertx vertx, int count) {
        this.threads = vertx.createSharedWorkerExecutor("sluice-accounts-" + System.identityHashCode(this), count);
    }

    /** Runs it; the future ends on the caller's event loop. Fails with {@link OAuthError} 503 when there is no room or the database fails. */
    <T> Future<T> run(Callable<T> work) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return Future.failedFuture(busy("too many requests wait, try again in a moment"));
        }
        return threads.executeBlocking(work, false)
                .onComplete(done -> waiting.decrementAndGet())
                .recover(failed -> {
                    if (failed instanceof AccountsUnavailable unavailable) {
                        LOG.atError().setCause(unavailable).log("request was refused");
                        return Future.failedFuture(busy("the server cannot reach its database, try again later"));
                    }
                    return Future.failedFuture(failed);
                });
    }

    private static OAuthError busy(String description) {
        return OAuthError.of(503, OAuth2Error.TEMPORARILY_UNAVAILABLE_CODE, description);
    }

    @Override
    public void close() {
        threads.close();
    }
}

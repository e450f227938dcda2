package io.sluice.cli;

import io.sluice.common.Service;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Closes the event loops last, after everything that runs on them. */
final class VertxService implements Service {

    private static final long TIMEOUT_SECONDS = 10;

    private final Vertx vertx;

    VertxService(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public String name() {
        return "event loops";
    }

    @Override
    public void start() {
        // the loops run since they were made
    }

    @Override
    public void close() {
        try {
            vertx.close().await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException("the event loops did not end within " + TIMEOUT_SECONDS + " s", late);
        }
    }
}

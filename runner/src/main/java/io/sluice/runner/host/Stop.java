package io.sluice.runner.host;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends parts that belong to others, each in bounded time: what does not end is reported and left behind. */
final class Stop {

    private static final Logger LOG = LoggerFactory.getLogger(Stop.class);

    private final String app;
    private final Duration limit;

    Stop(String app, Duration limit) {
        this.app = app;
        this.limit = limit;
    }

    /** Runs a step on a thread of its own and waits for it at most twice the limit, as a step may have a limit inside. */
    void step(String what, Runnable step) {
        Thread thread = new Thread(() -> guarded(what, step), "sluice-stop-" + app);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(2 * limit.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            warn(what, "not done within " + limit.multipliedBy(2));
            thread.interrupt();
        }
    }

    void await(String what, ExecutorService threads) {
        try {
            if (!threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                warn("end its " + what, "not done within " + limit);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void guarded(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error thrown) {
            warn(what, thrown.toString());
        }
    }

    private void warn(String what, String error) {
        LOG.atWarn()
                .addKeyValue("app", app)
                .addKeyValue("step", what)
                .addKeyValue("error", error)
                .log("app did not stop cleanly");
    }
}

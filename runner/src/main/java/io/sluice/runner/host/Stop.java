package io.sluice.runner.host;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends parts that belong to others, all in one bounded time: what does not end is reported and left behind. */
final class Stop {

    private static final Logger LOG = LoggerFactory.getLogger(Stop.class);
    private static final long LEAST_MILLIS = 100;

    private final String app;
    private final long end;

    /**
     * @param limit for all steps together
     */
    Stop(String app, Duration limit) {
        this.app = app;
        this.end = System.nanoTime() + limit.toNanos();
    }

    /** A part of the time that is left, never nothing. */
    Duration share(int parts) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        return Duration.ofMillis(Math.max(LEAST_MILLIS, left / parts));
    }

    /** Runs a step on a thread of its own and waits for it. */
    void step(String what, Duration limit, Runnable step) {
        Thread thread = new Thread(() -> guarded(what, step), "sluice-stop-" + app);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            warn(what, "not done within " + limit);
            thread.interrupt();
        }
    }

    void end(String what, ExecutorService threads) {
        threads.shutdownNow();
        await(what, threads);
    }

    void await(String what, ExecutorService threads) {
        Duration limit = share(1);
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

package io.sluice.common;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts services in order and stops them in reverse.
 *
 * <ol>
 *   <li>A service that fails to start closes those started before it; {@code <service>: <message>} goes to standard error and the process ends
 *       with {@link #EXIT_FAILED}, or {@link #EXIT_USAGE} if it threw a {@link ConfigException}.
 *   <li>SIGTERM and Ctrl-C stop in reverse order within the deadline, also in the middle of the start: what is starting is interrupted. The exit
 *       code is then {@link #EXIT_OK}, or {@link #EXIT_FAILED} if a service failed to close or had to be abandoned.
 *   <li>A service that hangs in {@code close()} is abandoned with an ERROR that names it; the others get their share of the deadline.
 *   <li>A second Ctrl-C ends the process at once.
 * </ol>
 *
 * <p>For one run. The caller ends the process: {@code System.exit(new Launcher().run(…))}.
 */
public final class Launcher {

    /** All went well. */
    public static final int EXIT_OK = 0;

    /** Findings, or a start that failed. */
    public static final int EXIT_FAILED = 1;

    /** Wrong usage or configuration. */
    public static final int EXIT_USAGE = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    private final PrintStream errors;
    private final CountDownLatch stopWanted = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Deque<Service> started = new ArrayDeque<>(); // guarded by this
    private volatile String starting = "nothing";
    private boolean stopping; // guarded by this
    private int exitCode = EXIT_OK; // guarded by this

    /** Tells start failures on standard error. */
    public Launcher() {
        this(System.err);
    }

    Launcher(PrintStream errors) {
        this.errors = errors;
    }

    /**
     * Starts the services, calls {@code ready}, waits for a signal, and stops.
     *
     * @param services in start order
     * @param ready called once all have started
     * @param deadline how long the stop may take in all
     * @return the exit code
     */
    public int run(List<Service> services, Runnable ready, Duration deadline) {
        StopSignals signals = new StopSignals(this::stop, () -> stopAndWait(deadline));
        boolean interrupted = false;
        try {
            Thread launcher = daemon("sluice-launcher", () -> startAll(services, ready));
            interrupted = awaitStop();
            long end = System.nanoTime() + deadline.toNanos();
            endStart(launcher, deadline.dividedBy(2));
            closeAll(end, deadline.dividedBy(2L * Math.max(1, services.size())));
            return exitCode();
        } finally {
            signals.close();
            finished.countDown();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Asks a running launcher to stop, as SIGTERM does; returns at once. Any thread, any number of times. */
    public void stop() {
        synchronized (this) {
            stopping = true;
        }
        stopWanted.countDown();
    }

    private void stopAndWait(Duration deadline) {
        stop();
        try {
            finished.await(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for {@link #stop}; true if the caller's thread was interrupted instead, which means the same. */
    private boolean awaitStop() {
        try {
            stopWanted.await();
            return false;
        } catch (InterruptedException asGoodAsASignal) {
            stop();
            return true;
        }
    }

    private void startAll(List<Service> services, Runnable ready) {
        try {
            for (Service service : services) {
                starting = service.name();
                long begin = System.nanoTime();
                service.start();
                if (!keep(service)) {
                    return;
                }
                LOG.atInfo()
                        .addKeyValue("service", service.name())
                        .addKeyValue(
                                "elapsed",
                                Duration.ofNanos(System.nanoTime() - begin).toMillis())
                        .log("started");
            }
            starting = "ready";
            ready.run();
        } catch (Throwable failure) { // the edge of the thread: whatever it is ends the start
            startFailed(starting, failure);
        }
    }

    /** Takes a started service over for closing; false if it came too late and nothing more may start. */
    private synchronized boolean keep(Service service) {
        started.push(service);
        return !stopping;
    }

    private void startFailed(String service, Throwable failure) {
        synchronized (this) {
            if (stopping) {
                LOG.atInfo().addKeyValue("service", service).log("start was interrupted");
                LOG.atDebug().addKeyValue("service", service).setCause(failure).log("what the interrupt led to");
                return;
            }
            exitCode = failure instanceof ConfigException ? EXIT_USAGE : EXIT_FAILED;
        }
        LOG.atDebug().addKeyValue("service", service).setCause(failure).log("did not start");
        if (failure instanceof Error
                || failure instanceof NullPointerException
                || failure instanceof ClassCastException) {
            LOG.atError()
                    .addKeyValue("service", service)
                    .setCause(failure)
                    .log("did not start because of a fault in it");
        }
        boolean configuration = failure instanceof ConfigException;
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        errors.println(configuration ? message : service + ": " + message);
        stop();
    }

    private void endStart(Thread launcher, Duration patience) {
        launcher.interrupt();
        if (!joined(launcher, patience.toNanos())) {
            abandon(starting, launcher, patience);
        }
    }

    private void closeAll(long end, Duration reserve) {
        for (Service service = next(); service != null; service = next()) {
            Service closing = service;
            long kept = reserve.toNanos() * left();
            long share = Math.max(reserve.toNanos(), end - System.nanoTime() - kept);
            Thread closer = daemon("sluice-close-" + closing.name(), () -> close(closing));
            if (!joined(closer, share)) {
                abandon(closing.name(), closer, Duration.ofNanos(share));
                closer.interrupt();
            }
        }
    }

    private void close(Service service) {
        try {
            service.close();
            LOG.atInfo().addKeyValue("service", service.name()).log("stopped");
        } catch (Throwable failure) { // the edge of the thread: the others must still be closed
            fail();
            LOG.atError()
                    .addKeyValue("service", service.name())
                    .setCause(failure)
                    .log("did not close cleanly");
        }
    }

    private void abandon(String service, Thread thread, Duration waited) {
        fail();
        IllegalStateException place = new IllegalStateException("where it hangs");
        place.setStackTrace(thread.getStackTrace());
        LOG.atError()
                .addKeyValue("service", service)
                .addKeyValue("waited", waited.toMillis())
                .setCause(place)
                .log("did not stop in time and is abandoned");
    }

    private static boolean joined(Thread thread, long nanos) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        while (thread.isAlive() && end - System.nanoTime() > 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, end - System.nanoTime()));
            } catch (InterruptedException again) {
                interrupted = true; // closing goes on; the flag is set again below
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private synchronized @Nullable Service next() {
        return started.poll();
    }

    private synchronized int left() {
        return started.size();
    }

    private synchronized void fail() {
        exitCode = exitCode == EXIT_OK ? EXIT_FAILED : exitCode;
    }

    private synchronized int exitCode() {
        return exitCode;
    }
}

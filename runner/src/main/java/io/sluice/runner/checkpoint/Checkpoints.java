package io.sluice.runner.checkpoint;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.runner.host.AppStartException;
import io.sluice.runner.host.Durability;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.sluice.runner.state.RestoreReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts apps from their newest checkpoint and takes new ones: from time to time, on demand, and a last one when the app stops. A position may be committed outward only
 * after a checkpoint with it was kept.
 *
 * <p>A checkpoint that cannot be taken or kept is an error in the log and in {@code runner_checkpoint_failures_total}; the app runs on, its sources commit nothing
 * meanwhile, and the next one is tried in time.
 */
public final class Checkpoints implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final int THREADS = 2;

    private final CheckpointStore store;
    private final Duration every;
    private final InstantSource wall;
    private final MeterRegistry meters;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<SiddhiHost, Watched> running = new ConcurrentHashMap<>();

    /**
     * Takes nothing yet.
     *
     * @param store where they are kept; stays open
     * @param every time between two checkpoints of an app
     */
    public Checkpoints(CheckpointStore store, Duration every, InstantSource wall, MeterRegistry meters) {
        this.store = store;
        this.every = every;
        this.wall = wall;
        this.meters = meters;
        this.timer = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "sluice-checkpoints");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Where they are kept. */
    public CheckpointStore store() {
        return store;
    }

    /**
     * Starts an app from its newest intact checkpoint.
     *
     * @param create builds the app with the durability it is given
     * @throws AppStartException if it does not start, or if it has checkpoints of which none can be read: it would lose its state without a word
     */
    public SiddhiHost start(String app, Function<Durability, SiddhiHost> create) throws AppStartException {
        Optional<Checkpoint> from;
        try {
            from = store.latest(app);
        } catch (CheckpointException unreadable) {
            throw new AppStartException(String.valueOf(unreadable.getMessage()), unreadable);
        }
        return start(create, from);
    }

    /** Starts an app from a given checkpoint, or from none. */
    public SiddhiHost start(Function<Durability, SiddhiHost> create, Optional<Checkpoint> from)
            throws AppStartException {
        SiddhiHost host = create.apply(new CommitGate());
        RestoreReport report = host.start(from);
        from.ifPresent(checkpoint -> tell(checkpoint, report));
        watch(host);
        return host;
    }

    /**
     * Takes a checkpoint now and keeps it.
     *
     * @throws CheckpointException if it cannot be taken or kept
     * @throws InterruptedException if the app stops
     */
    public Checkpoint take(SiddhiHost host) throws CheckpointException, InterruptedException {
        try {
            Checkpoint checkpoint = host.checkpoint();
            keep(host, checkpoint);
            return checkpoint;
        } catch (CheckpointException trouble) {
            failed(host, trouble);
            throw trouble;
        }
    }

    /** Ends the periodic ones. Apps that stop later still take their last. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void watch(SiddhiHost host) {
        Watched watched = new Watched(meters, host.name(), wall);
        running.put(host, watched);
        long period = every.toMillis();
        // not all apps at once: each at its own part of the period
        long first = 1 + Math.floorMod(host.name().hashCode() * 31L, period);
        watched.timer(timer.scheduleWithFixedDelay(() -> periodic(host), first, period, TimeUnit.MILLISECONDS));
        host.keepLast(last -> last(host, last));
    }

    private void periodic(SiddhiHost host) {
        try {
            take(host);
        } catch (CheckpointException reported) {
            LOG.atDebug().addKeyValue("app", host.name()).log("the next checkpoint is tried in time");
        } catch (InterruptedException stopping) {
            Watched watched = running.get(host);
            if (watched != null) {
                watched.stop();
            }
        } catch (RuntimeException unexpected) {
            failed(host, unexpected);
        }
    }

    private void last(SiddhiHost host, Optional<Checkpoint> last) {
        try {
            if (last.isPresent()) {
                keep(host, last.get());
            }
        } catch (CheckpointException trouble) {
            failed(host, trouble);
        } finally {
            Watched watched = running.remove(host);
            if (watched != null) {
                watched.close();
            }
        }
    }

    private void keep(SiddhiHost host, Checkpoint checkpoint) throws CheckpointException {
        long began = System.nanoTime();
        store.save(host.name(), checkpoint);
        host.saved(checkpoint);
        Watched watched = running.get(host);
        if (watched != null) {
            watched.kept(checkpoint, System.nanoTime() - began);
        }
    }

    private void failed(SiddhiHost host, Exception trouble) {
        Watched watched = running.get(host);
        if (watched != null) {
            watched.failed();
        }
        LOG.atError()
                .addKeyValue("app", host.name())
                .addKeyValue("error", trouble.getMessage())
                .log("no checkpoint; a crash would go back to the one before");
    }

    private static void tell(Checkpoint from, RestoreReport report) {
        String app = from.header().app();
        LOG.atInfo()
                .addKeyValue("app", app)
                .addKeyValue("revision", from.revision())
                .addKeyValue("restored", report.restored().size())
                .addKeyValue("dropped", report.dropped().size())
                .log("app continues from its checkpoint");
        for (RestoreReport.Dropped dropped : report.dropped()) {
            LOG.atWarn()
                    .addKeyValue("app", app)
                    .addKeyValue("revision", from.revision())
                    .addKeyValue("part", dropped.part())
                    .addKeyValue("reason", dropped.reason())
                    .log("state of a part is not restored; it begins afresh");
        }
    }
}

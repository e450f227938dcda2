package io.sluice.runner.host;

import io.siddhi.core.partition.PartitionRuntimeImpl;
import io.siddhi.core.util.Scheduler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The timer service that Siddhi gets instead of its pool of five threads: what touches state runs on the app's owner thread; what waits for the
 * outside (connection retries of sources and sinks, refreshes of tables) runs on a small pool beside it.
 *
 * <p>A partition with {@code @purge} asks for one more periodic task with every event (Siddhi's {@code PartitionRuntimeImpl.initPartition}); it gets
 * the one it already has.
 */
final class LaneScheduler extends AbstractExecutorService implements ScheduledExecutorService {

    private static final int OUTSIDE_THREADS = 2;
    private static final List<String> OUTSIDE = List.of(
            "io.siddhi.core.stream.input.source.", "io.siddhi.core.stream.output.sink.", "io.siddhi.core.table.");

    private final Lane lane;
    private final EngineFields engine;
    private final Consumer<Throwable> failed;
    private final ScheduledThreadPoolExecutor outside;
    private final Map<Scheduler, Integer> ranks = new ConcurrentHashMap<>();
    private final AtomicInteger nextRank = new AtomicInteger();
    private final Map<PartitionRuntimeImpl, ScheduledFuture<?>> purges = new ConcurrentHashMap<>();

    LaneScheduler(String app, Lane lane, EngineFields engine, Consumer<Throwable> failed) {
        this.lane = lane;
        this.engine = engine;
        this.failed = failed;
        AtomicInteger number = new AtomicInteger();
        this.outside = new ScheduledThreadPoolExecutor(OUTSIDE_THREADS, task -> {
            Thread thread = new Thread(task, "sluice-retry-" + app + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        outside.setRemoveOnCancelPolicy(true);
    }

    /** Fixes the order of timers that are due at the same time: that of the queries in the app. */
    void order(List<Scheduler> schedulers) {
        schedulers.forEach(this::rank);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        if (isOutside(command)) {
            return outside.schedule(command, delay, unit);
        }
        return later(command, delay, 0, false, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        if (isOutside(callable)) {
            return outside.schedule(callable, delay, unit);
        }
        return add(new LaneTimer<>(lane, callable, LaneTimer.Place.LAST, due(delay, unit), 0, false, failed));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        if (isOutside(command)) {
            return outside.scheduleAtFixedRate(command, initialDelay, period, unit);
        }
        return later(command, initialDelay, period, true, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        if (isOutside(command)) {
            return outside.scheduleWithFixedDelay(command, initialDelay, delay, unit);
        }
        PartitionRuntimeImpl partition = engine.partitionOf(command);
        if (partition == null) {
            return later(command, initialDelay, delay, false, unit);
        }
        return purges.computeIfAbsent(partition, key -> later(command, initialDelay, delay, false, unit));
    }

    @Override
    public void execute(Runnable command) {
        later(command, 0, 0, false, TimeUnit.MILLISECONDS);
    }

    @Override
    public void shutdown() {
        outside.shutdown();
    }

    /** Ends the pool for the outside. The owner thread is not ended here: it belongs to the host. */
    @Override
    public List<Runnable> shutdownNow() {
        return outside.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return outside.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return outside.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return outside.awaitTermination(timeout, unit);
    }

    private ScheduledFuture<?> later(Runnable command, long delay, long period, boolean fixedRate, TimeUnit unit) {
        Callable<Boolean> task = () -> {
            command.run();
            return true;
        };
        long every = period == 0 ? 0 : Math.max(1, unit.toMillis(period));
        return add(new LaneTimer<>(lane, task, place(command), due(delay, unit), every, fixedRate, failed));
    }

    private <V> ScheduledFuture<V> add(LaneTimer<V> timer) {
        lane.schedule(timer);
        return timer;
    }

    private long due(long delay, TimeUnit unit) {
        return lane.clock().currentTime() + Math.max(0, unit.toMillis(delay));
    }

    private LaneTimer.Place place(Runnable command) {
        Scheduler scheduler = engine.schedulerOf(command);
        if (scheduler == null) {
            return LaneTimer.Place.LAST;
        }
        String key = engine.keyOf(command);
        return new LaneTimer.Place(rank(scheduler), key == null ? "" : key);
    }

    private int rank(Scheduler scheduler) {
        return ranks.computeIfAbsent(scheduler, unknown -> nextRank.getAndIncrement());
    }

    private static boolean isOutside(Object task) {
        String name = task.getClass().getName();
        return OUTSIDE.stream().anyMatch(name::startsWith);
    }
}

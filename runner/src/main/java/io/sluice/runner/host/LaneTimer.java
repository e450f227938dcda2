package io.sluice.runner.host;

import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A task that the owner thread runs when it is due. Timers due at the same time run in the order of their rank, key and sequence, so that the order
 * does not depend on which was scheduled first after a restart.
 */
final class LaneTimer<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {

    static final Comparator<LaneTimer<?>> ORDER = Comparator.<LaneTimer<?>>comparingLong(timer -> timer.due)
            .thenComparingInt(timer -> timer.place.rank())
            .thenComparing(timer -> timer.place.key())
            .thenComparingLong(timer -> timer.sequence);

    /**
     * Where a timer stands among those due at the same time.
     *
     * @param rank the ordinal of the Siddhi scheduler it belongs to
     * @param key the partition key it is for; empty outside partitions
     */
    record Place(int rank, String key) {
        static final Place LAST = new Place(Integer.MAX_VALUE, "");
    }

    private final Lane lane;
    private final Place place;
    private final long period;
    private final boolean fixedRate;
    private final Consumer<Throwable> failed;
    private long due; // guarded by the lane's lock once scheduled
    private long sequence; // guarded by the lane's lock

    /**
     * @param due in milliseconds of the lane's clock
     * @param period milliseconds to the next run; 0 for a single run
     * @param fixedRate whether the period counts from the due time rather than from the end of the run
     * @param failed told of what the task throws
     */
    LaneTimer(
            Lane lane,
            Callable<V> task,
            Place place,
            long due,
            long period,
            boolean fixedRate,
            Consumer<Throwable> failed) {
        super(task);
        this.lane = lane;
        this.place = place;
        this.due = due;
        this.period = period;
        this.fixedRate = fixedRate;
        this.failed = failed;
    }

    long due() {
        return due;
    }

    long sequence() {
        return sequence;
    }

    void sequence(long next) {
        sequence = next;
    }

    @Override
    public void run() {
        if (!isPeriodic()) {
            super.run();
        } else if (runAndReset()) {
            due = (fixedRate ? due : lane.clock().currentTime()) + period;
            lane.schedule(this);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(false); // never interrupts: the thread is the app's only one
        if (cancelled) {
            lane.unschedule(this);
        }
        return cancelled;
    }

    @Override
    protected void setException(Throwable thrown) {
        super.setException(thrown);
        failed.accept(thrown);
    }

    @Override
    public boolean isPeriodic() {
        return period != 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(due - lane.clock().currentTime(), TimeUnit.MILLISECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return other instanceof LaneTimer<?> timer
                ? ORDER.compare(this, timer)
                : Long.compare(getDelay(TimeUnit.MILLISECONDS), other.getDelay(TimeUnit.MILLISECONDS));
    }
}

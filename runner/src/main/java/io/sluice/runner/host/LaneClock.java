package io.sluice.runner.host;

import io.siddhi.core.util.timestamp.TimestampGenerator;
import io.siddhi.core.util.timestamp.TimestampGeneratorImpl.TimeChangeListener;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The time of one app. On the owner thread it stands still while an item is processed and never goes back; everybody else sees wall-clock time.
 * Installed in place of Siddhi's generator.
 */
final class LaneClock implements TimestampGenerator {

    private final InstantSource wall;
    private volatile @Nullable Thread owner;
    private long now; // owner thread only

    LaneClock(InstantSource wall) {
        this.wall = wall;
    }

    /** Names the thread for which time stands still between two {@link #advance} calls. */
    void ownedBy(Thread thread) {
        owner = thread;
    }

    /** Moves the app's time to wall-clock time, unless that would be back. Owner thread only. */
    long advance() {
        now = Math.max(now, wall.millis());
        return now;
    }

    /** The app's time at its last advance. Owner thread, or after its end. */
    long now() {
        return now;
    }

    /** Goes on from a time of an earlier run. Owner thread only. */
    void continueFrom(long before) {
        now = Math.max(now, before);
    }

    @Override
    public long currentTime() {
        return Thread.currentThread() == owner ? now : wall.millis();
    }

    @Override
    public void setIdleTime(long idleTime) {
        // only for event time, which keeps Siddhi's own generator
    }

    @Override
    public void setIncrementInMilliseconds(long increment) {
        // only for event time, which keeps Siddhi's own generator
    }

    @Override
    public void addTimeChangeListener(TimeChangeListener listener) {
        // live time moves timers through the executor, not through listeners
    }

    @Override
    public void setCurrentTimestamp(long timestamp) {
        // live time does not follow events
    }
}

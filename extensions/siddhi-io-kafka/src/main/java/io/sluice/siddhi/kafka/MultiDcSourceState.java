package io.sluice.siddhi.kafka;

import io.siddhi.core.util.snapshot.state.State;
import java.util.Map;
import java.util.function.Consumer;

/** What a snapshot of the app keeps for a source of two clusters: the position of what the app has processed. Thread-safe. */
final class MultiDcSourceState extends State {

    private final Consumer<MultiDcSourceState> onRestored;
    private volatile MultiDcPosition position = MultiDcPosition.start();

    /**
     * Starts empty.
     *
     * @param onRestored told after a snapshot was put in; Siddhi replaces the state object then, also while the source runs
     */
    MultiDcSourceState(Consumer<MultiDcSourceState> onRestored) {
        this.onRestored = onRestored;
    }

    /** Takes over a position; it always names everything. On the thread that owns the app. */
    void move(MultiDcPosition reached) {
        position = reached;
    }

    /** Where the app stands. */
    MultiDcPosition position() {
        return position;
    }

    @Override
    public boolean canDestroy() {
        return false;
    }

    @Override
    public Map<String, Object> snapshot() {
        return position.toMap();
    }

    @Override
    public void restore(Map<String, Object> snapshot) {
        position = MultiDcPosition.from(snapshot);
        onRestored.accept(this);
    }
}

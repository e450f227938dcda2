package io.sluice.siddhi.kafka;

import io.siddhi.core.util.snapshot.state.State;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What a snapshot of the app keeps for a Kafka source: the position of what the app has processed, no more and no less. Thread-safe; moved only on the
 * thread that owns the app.
 */
final class KafkaSourceState extends State {

    private final Consumer<KafkaSourceState> onRestored;
    private final Map<TopicPartition, Long> offsets = new HashMap<>(); // guarded by this
    private final Map<String, Long> sequences = new HashMap<>(); // guarded by this
    private final Map<Object, Set<TopicPartition>> readers = new HashMap<>(); // guarded by this

    /**
     * Starts empty.
     *
     * @param onRestored told after a snapshot was put in; Siddhi replaces the state object then, also while the source runs
     */
    KafkaSourceState(Consumer<KafkaSourceState> onRestored) {
        this.onRestored = onRestored;
    }

    /** Takes over the position of one reader; partitions that it has lost since its last one are forgotten. */
    synchronized void move(Object reader, Position position) {
        Set<TopicPartition> before =
                readers.put(reader, Set.copyOf(position.offsets().keySet()));
        if (before != null) {
            before.stream()
                    .filter(partition -> !position.offsets().containsKey(partition))
                    .forEach(offsets::remove);
        }
        offsets.putAll(position.offsets());
        sequences.putAll(position.sequences());
    }

    /** A copy of where the app stands. */
    synchronized Position position() {
        return new Position(new HashMap<>(offsets), new HashMap<>(sequences));
    }

    @Override
    public boolean canDestroy() {
        return false;
    }

    @Override
    public Map<String, Object> snapshot() {
        return position().toMap();
    }

    @Override
    public void restore(Map<String, Object> snapshot) {
        Position restored = Position.from(snapshot);
        synchronized (this) {
            readers.clear();
            offsets.clear();
            offsets.putAll(restored.offsets());
            sequences.clear();
            sequences.putAll(restored.sequences());
        }
        onRestored.accept(this);
    }
}

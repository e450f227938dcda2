package io.sluice.siddhi.kafka;

import io.siddhi.core.util.snapshot.state.State;
import java.util.HashMap;
import java.util.Map;

/** What a snapshot keeps for a Kafka sink: the last sequence number it sent. Thread-safe. */
final class KafkaSinkState extends State {

    private static final String LAST_SENT = "lastSentSequenceNo";

    private long lastSent; // guarded by this

    /** The number for the next record; it stays the next until {@link #sent} says that it is used. */
    synchronized long next() {
        return lastSent + 1;
    }

    synchronized void sent(long number) {
        lastSent = number;
    }

    @Override
    public boolean canDestroy() {
        return false;
    }

    @Override
    public synchronized Map<String, Object> snapshot() {
        Map<String, Object> snapshot = new HashMap<>();
        snapshot.put(LAST_SENT, lastSent);
        return snapshot;
    }

    @Override
    public synchronized void restore(Map<String, Object> snapshot) {
        lastSent = snapshot.get(LAST_SENT) instanceof Number number ? number.longValue() : 0;
    }
}

package io.sluice.runner.checkpoint;

import io.sluice.runner.host.Durability;
import io.sluice.siddhi.kit.PositionListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds the positions of one app's sources back until a checkpoint that contains them is durable. A source that commits earlier would, after a crash, go on behind events
 * that the restored state has never seen. Thread-safe.
 */
final class CommitGate implements Durability {

    private static final int UNFINISHED = 8; // checkpoints under way at the same time: periodic, on demand, last

    private record Reached(PositionListener source, Map<String, Object> position) {}

    private final Map<String, Reached> reached = new HashMap<>(); // guarded by this
    private final TreeMap<Long, Map<String, Reached>> taken = new TreeMap<>(); // guarded by this

    @Override
    public synchronized void processed(String sourceKey, PositionListener source, Map<String, Object> position) {
        reached.put(sourceKey, new Reached(source, position));
    }

    @Override
    public synchronized void taken(String revision) {
        taken.put(Long.parseLong(revision), Map.copyOf(reached));
        while (taken.size() > UNFINISHED) {
            taken.pollFirstEntry(); // could not be saved: a later one covers it
        }
    }

    @Override
    public void saved(String revision) {
        List<Reached> safe = new ArrayList<>();
        synchronized (this) {
            Map<String, Reached> covered = taken.remove(Long.parseLong(revision));
            if (covered == null) {
                return; // a later one was saved before
            }
            taken.headMap(Long.parseLong(revision)).clear();
            covered.forEach((source, position) -> {
                safe.add(position);
                reached.remove(source, position);
            });
        }
        for (Reached position : safe) {
            position.source().durable(position.position());
        }
    }
}

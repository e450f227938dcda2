package io.sluice.siddhi.kafka;

import io.siddhi.core.config.SiddhiAppContext;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.PositionListener;
import io.sluice.siddhi.kit.SourceHost;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A host that processes like plain Siddhi, and holds positions back until the test says that they are durable. */
final class HeldHost implements SourceHost {

    private final List<Runnable> notDurable = new CopyOnWriteArrayList<>();

    @Override
    public BatchScope open(SiddhiAppContext app, String streamId, PositionListener listener) {
        return new BatchScope() {
            @Override
            public void begin() {
                // events are processed while they are mapped
            }

            @Override
            public void end(Map<String, Object> position) {
                listener.processed(position);
                notDurable.add(() -> listener.durable(position));
            }
        };
    }

    /** What was processed so far is safe. */
    void makeDurable() {
        notDurable.forEach(Runnable::run);
        notDurable.clear();
    }
}

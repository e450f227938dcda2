package io.sluice.runner.host;

import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.FailureNotes;
import io.sluice.siddhi.kit.PositionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way of one source thread into a hosted app: collects what it maps, and hands it over together with the position behind it. */
final class LaneScope implements BatchScope {

    private final SiddhiHost host;
    private final String stream;
    private final String sourceKey;
    private final PositionListener listener;
    private final Credit credit;
    private @Nullable Batch batch; // by the source's thread

    LaneScope(SiddhiHost host, String stream, String sourceKey, PositionListener listener, int limit) {
        this.host = host;
        this.stream = stream;
        this.sourceKey = sourceKey;
        this.listener = listener;
        this.credit = new Credit(limit);
    }

    /** Starts afresh; what was collected since the last {@code begin} without an {@code end} is forgotten, as its position never moved. */
    @Override
    public void begin() {
        batch = new Batch(host.feed(stream));
        host.openBatch().set(batch);
    }

    @Override
    public int collected() {
        return batch == null ? 0 : batch.payloads.size();
    }

    @Override
    public void end(Map<String, Object> position) throws InterruptedException {
        Batch collected = batch;
        if (collected == null) {
            throw new IllegalStateException("stream '" + stream + "': end() without begin()");
        }
        batch = null;
        host.openBatch().remove();
        Map<String, Object> reached = Map.copyOf(position);
        if (host.lane().mine()) {
            process(collected, reached); // fed by a sink of the same app: waiting for the own thread would never end
        } else {
            host.lane().put(() -> process(collected, reached), credit);
        }
    }

    private void process(Batch collected, Map<String, Object> reached) {
        try (FailureNotes.Watch watch = host.failures().watch()) {
            for (Object payload : collected.payloads) {
                collected.feed.process(payload);
            }
            if (watch.processing() != null) {
                listener.failed(reached, watch.processing());
            }
        } catch (InterruptedException stopped) {
            host.failed(Failure.Kind.BATCH, sourceKey, stopped);
            listener.failed(reached, stopped);
            return;
        } catch (RuntimeException | Error thrown) {
            listener.failed(reached, thrown);
            throw thrown;
        }
        host.batchProcessed();
        host.reached(sourceKey, listener, reached);
    }

    /** What one source thread has mapped since {@link #begin}. */
    static final class Batch {
        private final LaneFeed feed;
        private final List<Object> payloads = new ArrayList<>();

        Batch(LaneFeed feed) {
            this.feed = feed;
        }

        boolean isFor(LaneFeed other) {
            return feed == other;
        }

        void add(Object payload) {
            payloads.add(payload);
        }
    }
}

package io.sluice.runner.host;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.input.InputHandler;
import org.jspecify.annotations.Nullable;

/**
 * The way of events into one stream of a hosted app; replaces Siddhi's handler in front of every source.
 *
 * <ol>
 *   <li>Inside a batch scope events are collected.
 *   <li>On the owner thread they are processed at once: a sink and a source of the same app may be linked in memory.
 *   <li>Everywhere else they are handed to the owner thread and waited for, which is what a source without batches expects.
 * </ol>
 *
 * <p>Events are never merged: an array stays the array its mapper made, because Siddhi treats an array as one batch and a query with {@code group by}
 * answers once per key and batch.
 */
final class LaneFeed extends InputHandler {

    private final Lane lane;
    private final InputHandler stream;
    private final ThreadLocal<LaneScope.Batch> openBatch;
    private final HostMeters meters;
    private final SpoiledEvents spoiled;

    /**
     * @param stream Siddhi's own handler; only used on the owner thread
     * @param openBatch the batch that the calling thread collects, if any
     * @param spoiled gets what Siddhi's own error handling lets through
     */
    LaneFeed(
            InputHandler stream,
            SiddhiAppContext context,
            Lane lane,
            ThreadLocal<LaneScope.Batch> openBatch,
            HostMeters meters,
            SpoiledEvents spoiled) {
        super(stream.getStreamId(), 0, null, context);
        this.lane = lane;
        this.stream = stream;
        this.openBatch = openBatch;
        this.meters = meters;
        this.spoiled = spoiled;
    }

    @Override
    public void send(Object[] data) throws InterruptedException {
        send(new Event(lane.clock().currentTime(), data));
    }

    @Override
    public void send(long timestamp, Object[] data) throws InterruptedException {
        send(new Event(timestamp, data));
    }

    @Override
    public void send(Event event) throws InterruptedException {
        take(event);
    }

    @Override
    public void send(Event[] events) throws InterruptedException {
        take(events);
    }

    /**
     * Processes one payload, on the owner thread. Siddhi catches exceptions and does with the events what {@code @OnError} says; what it does not catch
     * ({@link Error}s, for example of a script or a missing class) must not take the rest of the batch with it.
     *
     * @throws InterruptedException if the app does not run; nothing was processed
     */
    void process(Object payload) throws InterruptedException {
        try {
            if (payload instanceof Event event) {
                stream.send(event);
                meters.events(1);
            } else {
                Event[] events = (Event[]) payload;
                stream.send(events);
                meters.events(events.length);
            }
        } catch (RuntimeException | Error uncaught) {
            spoiled.keep(getStreamId(), payload, uncaught);
        }
    }

    private void take(Object payload) throws InterruptedException {
        LaneScope.Batch batch = openBatch.get();
        if (batch != null && batch.isFor(this)) {
            batch.add(payload);
        } else if (lane.mine()) {
            process(payload);
        } else {
            Delivery delivery = new Delivery(payload);
            lane.deliver(delivery);
            delivery.check();
        }
    }

    /** One payload on its way to the owner thread. */
    private final class Delivery implements Runnable {
        private final Object payload;
        private @Nullable InterruptedException refused; // written before, read after the turn

        private Delivery(Object payload) {
            this.payload = payload;
        }

        @Override
        public void run() {
            try {
                process(payload);
            } catch (InterruptedException notRunning) {
                refused = notRunning;
            }
        }

        private void check() throws InterruptedException {
            if (refused != null) {
                throw refused;
            }
        }
    }
}

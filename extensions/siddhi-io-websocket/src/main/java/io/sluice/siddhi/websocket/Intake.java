package io.sluice.siddhi.websocket;

import io.siddhi.core.stream.input.source.SourceEventListener;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.PositionListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Carries messages from event loops into the app, on one worker thread and in batches.
 *
 * <ol>
 *   <li>{@link #offer} never blocks and never drops: a peer that delivers while {@value #MAX_MESSAGES} messages or {@value #MAX_BYTES} bytes wait is
 *       paused, so that TCP holds it back, and read again when half of them are gone. Beyond the bound there is at most one read per peer.
 *   <li>{@link #pause} returns when no message is between here and the app.
 *   <li>{@link #close} gives the app a moment to take what waits; what it does not take is counted as dropped.
 * </ol>
 */
final class Intake implements AutoCloseable {

    static final int MAX_MESSAGES = 1024;
    static final long MAX_BYTES = 8L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Object[] NO_PROPERTIES = {};
    private static final int BATCH_MESSAGES = 256;
    private static final long BATCH_BYTES = 1L << 20;
    private static final Duration PAUSE_LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);

    /** The other end of a connection, as far as reading from it goes. Both methods may be called from any thread and never block. */
    interface Peer {
        void pause();

        void resume();
    }

    private record Message(Object payload, long bytes) {}

    private final Place place;
    private final SourceEventListener listener;
    private final BatchScope scope;
    private final ExtensionMeters meters;
    private final Thread worker;
    private final Queue<Message> waiting = new ArrayDeque<>(); // guarded by this, like all below
    private final Set<Peer> held = new HashSet<>();
    private long waitingBytes;
    private boolean paused;
    private boolean busy;
    private boolean closing;

    /** A message that was pushed cannot be asked for again: there is no position to keep. */
    static final PositionListener NO_POSITION = new PositionListener() {
        @Override
        public void processed(Map<String, Object> position) {
            // nothing to remember
        }

        @Override
        public void durable(Map<String, Object> position) {
            // nothing to acknowledge
        }
    };

    /**
     * Prepares the way into the app.
     *
     * @param scope of the worker thread alone; opened with {@link #NO_POSITION}
     */
    Intake(Place place, SourceEventListener listener, BatchScope scope, ExtensionMeters meters) {
        this.place = place;
        this.listener = listener;
        this.scope = scope;
        this.meters = meters;
        this.worker = new Thread(this::work, "websocket-source-" + place.stream());
        this.worker.setDaemon(true);
    }

    void start() {
        worker.start();
    }

    /** Takes a message for the app. */
    synchronized void offer(Peer peer, Object payload, long bytes) {
        if (closing) {
            meters.dropped("shutdown", false, 1);
            return;
        }
        waiting.add(new Message(payload, bytes));
        waitingBytes += bytes;
        if ((waiting.size() >= MAX_MESSAGES || waitingBytes >= MAX_BYTES) && held.add(peer)) {
            peer.pause();
        }
        notifyAll();
    }

    /** The peer is gone; its messages still count. */
    synchronized void forget(Peer peer) {
        held.remove(peer);
    }

    synchronized int waiting() {
        return waiting.size();
    }

    synchronized void pause() {
        paused = true;
        if (Thread.currentThread() == worker) {
            return; // the app itself pauses its sources while it handles one of our events
        }
        long deadline = System.nanoTime() + PAUSE_LIMIT.toNanos();
        try {
            while (busy) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    place.log(LOG, Level.WARN)
                            .addKeyValue("elapsed", PAUSE_LIMIT)
                            .log("source is paused, but the app still works on its last batch");
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** Ends the worker; gives it two seconds for what waits, nothing while paused. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        if (Thread.currentThread() != worker) {
            join();
            worker.interrupt();
            join();
        }
        synchronized (this) {
            if (!waiting.isEmpty()) {
                meters.dropped("shutdown", false, waiting.size());
                place.log(LOG, Level.WARN)
                        .addKeyValue("events", waiting.size())
                        .log("source closed before the app took all its events");
            }
            waiting.clear();
            held.clear();
        }
    }

    private void join() {
        try {
            worker.join(DRAIN_LIMIT.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            for (List<Message> batch = take(); !batch.isEmpty(); batch = take()) {
                try {
                    deliver(batch);
                } finally {
                    done();
                }
            }
        } catch (InterruptedException stopped) {
            place.log(LOG, Level.DEBUG).log("source stopped while the app was busy");
        }
    }

    /** The next batch; empty when it is time to end. */
    private synchronized List<Message> take() throws InterruptedException {
        while (!closing && (paused || waiting.isEmpty())) {
            wait();
        }
        List<Message> batch = new ArrayList<>();
        long bytes = 0;
        while (!paused && !waiting.isEmpty() && batch.size() < BATCH_MESSAGES && bytes < BATCH_BYTES) {
            Message message = waiting.remove();
            batch.add(message);
            bytes += message.bytes();
        }
        waitingBytes -= bytes;
        if (waiting.size() <= MAX_MESSAGES / 2 && waitingBytes <= MAX_BYTES / 2) {
            held.forEach(Peer::resume);
            held.clear();
        }
        busy = !batch.isEmpty();
        return batch;
    }

    private synchronized void done() {
        busy = false;
        notifyAll();
    }

    private void deliver(List<Message> batch) throws InterruptedException {
        boolean handedOver = false;
        try {
            scope.begin();
            for (Message message : batch) {
                map(message.payload());
            }
            scope.end(Map.of());
            handedOver = true;
        } finally {
            if (handedOver) {
                meters.count(batch.size());
            } else {
                meters.dropped("shutdown", false, batch.size());
            }
        }
    }

    /** One bad message must not end the source: Siddhi's mappers report by themselves, but deep nesting can overflow the stack. */
    private void map(Object payload) {
        try {
            listener.onEvent(payload, NO_PROPERTIES);
        } catch (RuntimeException | StackOverflowError trouble) {
            meters.error();
            place.log(LOG, Level.ERROR)
                    .addKeyValue("error", trouble.getClass().getName())
                    .log("event was not mapped");
        }
    }
}

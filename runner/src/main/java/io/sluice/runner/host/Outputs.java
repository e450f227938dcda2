package io.sluice.runner.host;

import io.sluice.siddhi.kit.PendingOutput;
import io.sluice.siddhi.kit.PositionListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Holds a processed position back until the sinks that deliver later than they return ({@link PendingOutput}) are through with what was processed up to
 * it: an offset that is committed earlier would lose these outputs if the process died.
 *
 * <p>At most two positions wait per source, the one that is next and the newest; those between are skipped, as a later one covers them. Thread-safe: used
 * by the owner thread, and after its end by whoever closes the app.
 */
final class Outputs {

    /** A position, and what each sink had been given when it was reached. */
    private record Held(PositionListener source, Map<String, Object> position, Map<PendingOutput, Long> given) {
        private boolean isSettled() {
            return given.entrySet().stream().allMatch(mark -> mark.getKey().settled() >= mark.getValue());
        }
    }

    private static final long AGAIN_MILLIS = 20;

    private final Durability durability;
    private final Consumer<Runnable> later;
    private final List<PendingOutput> sinks = new CopyOnWriteArrayList<>();
    private final Map<String, Deque<Held>> bySource = new HashMap<>();
    private final AtomicInteger held = new AtomicInteger();
    private boolean lookingAgain; // guarded by this

    /**
     * @param durability told of positions behind which nothing is pending
     * @param scheduler runs work on the owner thread
     */
    Outputs(Durability durability, ScheduledExecutorService scheduler) {
        this.durability = durability;
        this.later = work -> scheduler.schedule(work, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Adds a sink, while the app is built. */
    void watch(PendingOutput sink) {
        sinks.add(sink);
    }

    /** A source's position, right after it was reached. */
    synchronized void reached(String sourceKey, PositionListener source, Map<String, Object> position) {
        Map<PendingOutput, Long> given = new HashMap<>();
        for (PendingOutput sink : sinks) {
            long number = sink.given();
            if (sink.settled() < number) {
                given.put(sink, number);
            }
        }
        Deque<Held> waiting = bySource.computeIfAbsent(sourceKey, key -> new ArrayDeque<>(2));
        if (waiting.isEmpty() && given.isEmpty()) {
            durability.processed(sourceKey, source, position);
            return;
        }
        if (waiting.size() == 2) {
            waiting.removeLast();
            held.decrementAndGet();
        }
        waiting.addLast(new Held(source, position, given));
        held.incrementAndGet();
        release(sourceKey, waiting);
        lookAgain();
    }

    /** Passes on what is settled by now. */
    synchronized void release() {
        bySource.forEach(this::release);
    }

    /** Once the owner thread has ended: waits until all is settled or the thread is interrupted. */
    void releaseAll() {
        release();
        try {
            while (held() > 0) {
                Thread.sleep(AGAIN_MILLIS);
                release();
            }
        } catch (InterruptedException overdue) {
            Thread.currentThread().interrupt();
        }
    }

    /** Positions that wait. */
    int held() {
        return held.get();
    }

    private void lookAgain() {
        if (!lookingAgain && held() > 0) {
            lookingAgain = true;
            later.accept(this::releaseWhatWaits);
        }
    }

    private synchronized void releaseWhatWaits() {
        lookingAgain = false;
        try {
            release();
        } finally {
            lookAgain();
        }
    }

    private void release(String sourceKey, Deque<Held> waiting) {
        for (Held first = waiting.peek(); first != null && first.isSettled(); first = waiting.peek()) {
            waiting.remove();
            held.decrementAndGet();
            durability.processed(sourceKey, first.source(), first.position());
        }
    }
}

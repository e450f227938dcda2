package io.sluice.runner.host;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the thread of one lane enters others: apps that are linked in memory. While it waits for another lane, it serves what the lanes it waits for
 * deliver to its own app; so apps may feed each other, in a circle too, without waiting for each other for ever, and each event is still processed by
 * its app's own thread.
 */
final class Crossing {

    private static final int LONGEST_CHAIN = 1_000;

    /** The thread of a lane, so that others can tell who calls. */
    private static final class Owner extends Thread {
        private final Crossing crossing;

        private Owner(Crossing crossing, Runnable work, String name) {
            super(work, name);
            this.crossing = crossing;
        }
    }

    private final Consumer<Throwable> failed;
    private final BlockingQueue<Turn> nested =
            new LinkedBlockingQueue<>(); // at most one per other lane, and the ends of own ones
    private volatile @Nullable Crossing waitingFor;

    /**
     * @param failed told of what a served delivery throws
     */
    Crossing(Consumer<Throwable> failed) {
        this.failed = failed;
    }

    /** That of the lane whose thread calls; null for other threads. */
    static @Nullable Crossing ofCaller() {
        return Thread.currentThread() instanceof Owner owner ? owner.crossing : null;
    }

    Thread thread(Runnable work, String name) {
        return new Owner(this, work, name);
    }

    /**
     * Hands a delivery to another lane and waits until it is done, serving meanwhile. On the own thread.
     *
     * @throws InterruptedException if one of the two apps stops; the delivery will not be done
     */
    void into(Lane target, Runnable delivery) throws InterruptedException {
        Turn turn = new Turn(delivery, nested::add);
        Crossing before = waitingFor; // not null if this happens while another lane is served
        waitingFor = target.crossing();
        try {
            target.crossing().take(turn, this, target);
            serveUntilOver(turn);
        } catch (InterruptedException stop) {
            ended(before).forEach(Turn::withdraw);
            throw stop;
        }
        ended(before).forEach(this::serve);
        turn.await();
    }

    /** Serves the delivery inside the wait of this lane's thread if it waits for the caller; the inbox would never get its turn. */
    private synchronized void take(Turn turn, Crossing caller, Lane lane) throws InterruptedException {
        if (waitsFor(caller)) {
            nested.add(turn);
        } else {
            lane.add(turn);
        }
    }

    /** Ends the wait. What came in until this very moment was promised to be served inside it: the outermost wait gives it back. */
    private synchronized List<Turn> ended(@Nullable Crossing before) {
        waitingFor = before;
        return before == null ? unserved() : List.of();
    }

    /** Deliveries that nobody will serve any more. */
    List<Turn> unserved() {
        List<Turn> rest = new ArrayList<>();
        nested.drainTo(rest);
        return rest;
    }

    private boolean waitsFor(Crossing caller) {
        Crossing next = waitingFor;
        for (int steps = 0; next != null && steps < LONGEST_CHAIN; steps++) {
            if (next == caller) {
                return true;
            }
            next = next.waitingFor;
        }
        return false;
    }

    private void serveUntilOver(Turn turn) throws InterruptedException {
        while (!turn.isOver()) {
            try {
                serve(nested.take()); // the turn itself comes here when it is over, and does nothing
            } catch (InterruptedException stop) {
                turn.withdraw();
                throw stop;
            }
        }
    }

    private void serve(Turn turn) {
        try {
            turn.run();
        } catch (RuntimeException | Error thrown) {
            failed.accept(thrown);
        }
    }
}

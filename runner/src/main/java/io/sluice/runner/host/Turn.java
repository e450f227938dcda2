package io.sluice.runner.host;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Work that somebody waits for until the owner thread has done it. Either it runs once, or it is withdrawn and never runs. */
final class Turn implements Runnable {

    private enum State {
        WAITING,
        RUNNING,
        DONE,
        WITHDRAWN
    }

    private final Runnable work;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Runnable told;

    Turn(Runnable work) {
        this(work, turn -> {});
    }

    /**
     * @param told called with this turn once it is done or withdrawn, on the thread that did it
     */
    Turn(Runnable work, Consumer<Turn> told) {
        this.work = work;
        this.told = () -> told.accept(this);
    }

    @Override
    public void run() {
        if (!state.compareAndSet(State.WAITING, State.RUNNING)) {
            return;
        }
        try {
            work.run();
        } finally {
            state.set(State.DONE);
            over.countDown();
            told.run();
        }
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Takes the work back, unless it has begun. */
    boolean withdraw() {
        boolean withdrawn = state.compareAndSet(State.WAITING, State.WITHDRAWN);
        if (withdrawn) {
            over.countDown();
            told.run();
        }
        return withdrawn;
    }

    /**
     * Waits until the work is done. An interrupt withdraws work that has not begun; work that has begun is waited for, so that the caller never has
     * to guess whether it happened.
     *
     * @throws InterruptedException if the work was withdrawn and will never run
     */
    void await() throws InterruptedException {
        boolean interrupted = false;
        while (true) {
            try {
                over.await();
                break;
            } catch (InterruptedException stop) {
                if (withdraw()) {
                    throw stop;
                }
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (state.get() == State.WITHDRAWN) {
            throw new InterruptedException("the app stopped before it took the event");
        }
    }
}

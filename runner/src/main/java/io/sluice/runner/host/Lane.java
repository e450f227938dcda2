package io.sluice.runner.host;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The owner thread of one app. Everything that touches the app's state runs here, one item after the other:
 *
 * <ol>
 *   <li>control work ({@link #ask}) first; there is at most one per asking thread,
 *   <li>then timers that are due,
 *   <li>then the inbox, which is bounded: {@link #put} waits while it is full. Between two runs of a timer that is always due, one inbox item gets
 *       its turn.
 * </ol>
 *
 * <p>Time moves between items only.
 */
final class Lane {

    /** How long a blocked thread gets to end after it was interrupted. */
    static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    private record Item(Runnable work, @Nullable Credit credit) {}

    private final String app;
    private final int capacity;
    private final LaneClock clock;
    private final Consumer<Throwable> failed;
    private final Thread thread;
    private final AtomicLong busyNanos = new AtomicLong();
    private final Crossing crossing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Deque<Turn> control = new ArrayDeque<>(); // guarded by lock, like all below
    private final Deque<Item> inbox = new ArrayDeque<>();
    private final PriorityQueue<LaneTimer<?>> timers = new PriorityQueue<>(LaneTimer.ORDER);
    private long nextSequence;
    private long timersBefore; // sequence: what timers schedule while timers run comes after the next inbox item
    private boolean passOver = true;
    private boolean stopping;
    private boolean abandoned;

    /**
     * @param capacity items the inbox holds
     * @param failed told of what an item throws; the thread goes on
     */
    Lane(String app, int capacity, LaneClock clock, Consumer<Throwable> failed) {
        this.app = app;
        this.capacity = capacity;
        this.clock = clock;
        this.failed = failed;
        this.crossing = new Crossing(failed);
        this.thread = crossing.thread(this::work, "sluice-lane-" + app);
        clock.ownedBy(thread);
    }

    void start() {
        thread.start();
    }

    LaneClock clock() {
        return clock;
    }

    /** Whether the caller is the owner thread. */
    boolean mine() {
        return Thread.currentThread() == thread;
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    long busyNanos() {
        return busyNanos.get();
    }

    int waiting() {
        return locked(inbox::size);
    }

    int scheduled() {
        return locked(timers::size);
    }

    /**
     * Hands an item over. Waits while the inbox is full or the credit is used up.
     *
     * @throws InterruptedException if interrupted while waiting, or if the app stops; the item was not handed over
     */
    void put(Runnable item, @Nullable Credit credit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!stopping && (inbox.size() >= capacity || (credit != null && credit.used >= credit.limit))) {
                room.await();
            }
            if (stopping) {
                throw new InterruptedException("app '" + app + "' is stopping and takes no more events");
            }
            if (credit != null) {
                credit.used++;
            }
            inbox.add(new Item(item, credit));
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands work over and waits until it is done.
     *
     * @throws InterruptedException if interrupted before the work began, or if the app stops; the work will not be done
     */
    void deliver(Runnable delivery) throws InterruptedException {
        Crossing caller = Crossing.ofCaller();
        if (caller == null) {
            Turn turn = new Turn(delivery);
            put(turn, null);
            turn.await();
        } else {
            caller.into(this, delivery);
        }
    }

    /**
     * Runs control work on the owner thread and waits for it; at once if called there.
     *
     * @throws InterruptedException if interrupted before the work began, or if the app stopped before
     * @throws Exception whatever the work throws
     */
    <T> T ask(Callable<T> question) throws Exception {
        if (mine()) {
            return question.call();
        }
        Answer<T> answer = new Answer<>(question);
        Turn turn = new Turn(answer);
        lock.lockInterruptibly();
        try {
            if (stopping) {
                throw new InterruptedException("app '" + app + "' is stopping");
            }
            control.add(turn);
            work.signal();
        } finally {
            lock.unlock();
        }
        turn.await();
        return answer.get();
    }

    /** Adds a timer, or puts a periodic one back. Any thread; ignored once the app stops. */
    void schedule(LaneTimer<?> timer) {
        lock.lock();
        try {
            if (!stopping) {
                timer.sequence(nextSequence++);
                timers.add(timer);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void unschedule(LaneTimer<?> timer) {
        locked(() -> timers.remove(timer));
    }

    /** When the first timer is due, in the app's time. */
    OptionalLong nextDue() {
        return locked(() -> {
            LaneTimer<?> first = timers.peek();
            return first == null ? OptionalLong.empty() : OptionalLong.of(first.due());
        });
    }

    /** Fires every timer that is due, on the owner thread. */
    void runDueTimers() {
        clock.advance();
        LaneTimer<?> timer = due(Long.MAX_VALUE);
        while (timer != null) {
            perform(timer);
            timer = due(Long.MAX_VALUE);
        }
    }

    /**
     * Refuses new items, processes those that wait, and ends the thread. Timers do not fire any more. After the limit the thread is interrupted and
     * what still waits is dropped: its sources never heard that it was processed.
     *
     * @return items that were dropped
     * @throws IllegalStateException if the thread is still alive afterwards, blocked in the app
     */
    int stop(Duration limit) {
        if (mine()) {
            throw new IllegalStateException("app '" + app + "' cannot be stopped by its own thread");
        }
        lock.lock();
        try {
            stopping = true;
            timers.clear();
            work.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        if (thread.getState() != Thread.State.NEW && !joined(limit)) {
            locked(() -> abandoned = true);
            thread.interrupt();
            joined(AFTER_INTERRUPT);
        }
        int dropped = withdrawRest();
        if (thread.isAlive()) {
            throw new IllegalStateException("the thread of app '" + app + "' did not end within " + limit
                    + "; it is blocked, most likely in a sink or table");
        }
        return dropped;
    }

    Crossing crossing() {
        return crossing;
    }

    /** Hands work of another lane over, also to a full inbox: each lane has at most one such delivery on its way. */
    void add(Turn turn) throws InterruptedException {
        lock.lock();
        try {
            if (stopping) {
                throw new InterruptedException("app '" + app + "' is stopping and takes no more events");
            }
            inbox.add(new Item(turn, null));
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (Runnable next = next(); next != null; next = next()) {
            perform(next);
        }
    }

    private void perform(Runnable item) {
        long began = System.nanoTime();
        try {
            item.run();
        } catch (RuntimeException | Error thrown) {
            failed.accept(thrown);
        } finally {
            busyNanos.addAndGet(System.nanoTime() - began);
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            while (true) {
                clock.advance();
                if (!control.isEmpty()) {
                    return control.remove();
                }
                if (passOver) {
                    timersBefore = nextSequence;
                    passOver = false;
                }
                Runnable due = due(timersBefore);
                if (due != null) {
                    return due;
                }
                passOver = true;
                if (!inbox.isEmpty() && !abandoned) {
                    return taken(inbox.remove());
                }
                if (stopping) {
                    return null;
                }
                awaitWork();
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is in next()
    private void awaitWork() {
        LaneTimer<?> first = timers.peek();
        try {
            if (first == null) {
                work.await();
            } else if (first.due() > clock.currentTime()) {
                work.awaitNanos(TimeUnit.MILLISECONDS.toNanos(first.due() - clock.currentTime()));
            }
        } catch (InterruptedException stop) {
            // only stop() interrupts, and it has set its flags before
        }
    }

    private Runnable taken(Item item) {
        room.signalAll();
        Credit credit = item.credit();
        if (credit == null) {
            return item.work();
        }
        return () -> {
            try {
                item.work().run();
            } finally {
                lock.lock();
                try {
                    credit.used--;
                    room.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    private @Nullable LaneTimer<?> due(long before) {
        lock.lock();
        try {
            LaneTimer<?> first = timers.peek();
            boolean due = first != null && first.due() <= clock.currentTime() && first.sequence() < before;
            return due ? timers.poll() : null;
        } finally {
            lock.unlock();
        }
    }

    private int withdrawRest() {
        List<Runnable> rest = new ArrayList<>();
        lock.lock();
        try {
            rest.addAll(control);
            control.clear();
            rest.addAll(crossing.unserved());
            inbox.forEach(item -> rest.add(item.work()));
            inbox.clear();
        } finally {
            lock.unlock();
        }
        int dropped = 0;
        for (Runnable item : rest) {
            if (!(item instanceof Turn turn)) {
                dropped++;
            } else {
                turn.withdraw();
            }
        }
        return dropped;
    }

    private boolean joined(Duration limit) {
        boolean interrupted = false;
        long end = System.nanoTime() + limit.toNanos();
        while (thread.isAlive() && System.nanoTime() < end) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            } catch (InterruptedException stop) {
                interrupted = true;
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}

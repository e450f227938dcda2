package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

    private final ManualClock wall = new ManualClock("2026-01-01T00:00:00Z");
    private final LaneClock clock = new LaneClock(wall);
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Lane lane = new Lane("test", 3, clock, failures::add);

    @AfterEach
    void stop() {
        gate.countDown();
        lane.stop(Duration.ofSeconds(5));
    }

    private void block() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        lane.put(
                () -> {
                    blocked.countDown();
                    try {
                        gate.await();
                    } catch (InterruptedException stop) {
                        done.add("interrupted");
                    }
                },
                null);
        blocked.await();
    }

    private Thread putting(String name, Credit credit, AtomicReference<Throwable> refused) {
        Thread thread = new Thread(() -> {
            try {
                lane.put(() -> done.add(name), credit);
            } catch (InterruptedException stopped) {
                refused.set(stopped);
            }
        });
        thread.start();
        return thread;
    }

    private void timer(String name, long delay, int rank, String key, Callable<Boolean> task) {
        lane.schedule(new LaneTimer<>(
                lane, task, new LaneTimer.Place(rank, key), wall.millis() + delay, 0, false, failures::add));
    }

    private Callable<Boolean> note(String name) {
        return () -> done.add(name);
    }

    @Test
    void makesWhoeverPutsWaitWhileTheInboxIsFull() throws Exception {
        lane.start();
        block();
        for (int number = 0; number < 3; number++) {
            lane.put(() -> done.add("waiting"), null);
        }

        Thread fourth = putting("fourth", null, new AtomicReference<>());
        await().until(() -> fourth.getState() == Thread.State.WAITING);
        assertThat(lane.waiting()).isEqualTo(3);
        gate.countDown();

        await().until(() -> done.size() == 4);
        assertThat(done).last().isEqualTo("fourth");
    }

    @Test
    void makesOneSourceWaitWhenItsCreditIsUsedUpAndNoOther() throws Exception {
        Credit credit = new Credit(1);
        lane.start();
        block();
        lane.put(() -> done.add("first"), credit);

        Thread second = putting("second", credit, new AtomicReference<>());
        await().until(() -> second.getState() == Thread.State.WAITING);
        lane.put(() -> done.add("other"), new Credit(1));
        gate.countDown();

        await().until(() -> done.size() == 3);
        assertThat(done).containsExactly("first", "other", "second");
    }

    @Test
    void doesControlWorkBeforeWhatWaits() throws Exception {
        lane.start();
        block();
        lane.put(() -> done.add("event"), null);
        Thread asking = new Thread(() -> {
            try {
                lane.ask(note("checkpoint"));
            } catch (Exception unexpected) {
                failures.add(unexpected);
            }
        });
        asking.start();
        await().until(() -> asking.getState() == Thread.State.WAITING);

        gate.countDown();

        await().until(() -> done.size() == 2);
        assertThat(done).containsExactly("checkpoint", "event");
    }

    @Test
    void ordersTimersThatAreDueTogetherByRankThenKeyThenSequence() throws Exception {
        timer("c", 100, 2, "a", note("2a"));
        timer("b", 100, 1, "b", note("1b"));
        timer("a", 100, 1, "a", note("1a first"));
        timer("a", 100, 1, "a", note("1a second"));
        timer("z", 99, 9, "z", note("earlier"));
        lane.start();

        wall.move(100);
        lane.ask(() -> {
            lane.runDueTimers();
            return true;
        });

        assertThat(done).containsExactly("earlier", "1a first", "1a second", "1b", "2a");
    }

    @Test
    void firesATimerThatIsDueBeforeTheNextEvent() throws Exception {
        lane.start();
        block();
        timer("t", 100, 0, "", note("timer"));
        wall.move(200);
        lane.put(() -> done.add("event"), null);

        gate.countDown();

        await().until(() -> done.size() == 2);
        assertThat(done).containsExactly("timer", "event");
    }

    @Test
    void doesNotStarveEventsBehindATimerThatIsAlwaysDue() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Callable<Boolean> endless = new Callable<>() {
            @Override
            public Boolean call() {
                runs.incrementAndGet();
                timer("again", 0, 0, "", this);
                return true;
            }
        };
        lane.start();
        timer("first", 0, 0, "", endless);

        lane.put(() -> done.add("event"), null);

        await().until(() -> done.size() == 1);
        await().until(() -> runs.get() > 10);
    }

    @Test
    void letsTimeStandStillWhileAnItemIsProcessed() throws Exception {
        lane.start();

        long moved = lane.ask(() -> {
            long before = clock.currentTime();
            wall.move(50);
            return clock.currentTime() - before;
        });
        long next = lane.ask(clock::currentTime);

        assertThat(moved).isZero();
        assertThat(next).isEqualTo(wall.millis());
    }

    @Test
    void neverTurnsTimeBack() throws Exception {
        lane.start();
        long before = lane.ask(clock::currentTime);

        wall.move(-1_000);

        assertThat(lane.ask(clock::currentTime)).isEqualTo(before);
    }

    @Test
    void reportsWhatAnItemThrowsAndGoesOn() throws Exception {
        lane.start();
        lane.put(
                () -> {
                    throw new IllegalStateException("bad item");
                },
                null);
        lane.put(() -> done.add("next"), null);

        await().until(() -> done.contains("next"));
        assertThat(failures).singleElement().asString().contains("bad item");
    }

    @Test
    void passesOnWhatAQuestionThrows() {
        lane.start();

        assertThatThrownBy(() -> lane.ask(() -> {
                    throw new java.io.IOException("not here");
                }))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("not here");
        assertThat(failures).isEmpty();
    }

    @Test
    void processesWhatWaitsWhenItStopsAndRefusesTheRest() throws Exception {
        lane.start();
        block();
        for (int number = 0; number < 3; number++) {
            lane.put(() -> done.add("waiting"), null);
        }
        AtomicReference<Throwable> refused = new AtomicReference<>();
        Thread late = putting("late", null, refused);
        await().until(() -> late.getState() == Thread.State.WAITING);
        Thread stopping = new Thread(() -> lane.stop(Duration.ofSeconds(5)));
        stopping.start();
        await().until(() -> refused.get() != null);

        gate.countDown();
        stopping.join();

        assertThat(done).containsExactly("waiting", "waiting", "waiting");
        assertThat(refused.get()).hasMessageContaining("'test' is stopping");
        assertThatThrownBy(() -> lane.ask(() -> true)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void interruptsABlockedItemAfterTheLimitAndSaysHowManyItemsItDropped() throws Exception {
        lane.start();
        block();
        lane.put(() -> done.add("never"), null);
        lane.put(() -> done.add("never"), null);

        int dropped = lane.stop(Duration.ofMillis(50));

        assertThat(dropped).isEqualTo(2);
        assertThat(done).containsExactly("interrupted");
    }

    @Test
    void tellsWhoeverWaitsForAnEventThatItWillNotBeProcessed() throws Exception {
        lane.start();
        block();
        Turn turn = new Turn(() -> done.add("never"));
        lane.put(turn, null);

        lane.stop(Duration.ofMillis(50));

        assertThatThrownBy(turn::await).isInstanceOf(InterruptedException.class);
        assertThat(done).doesNotContain("never");
    }
}

package io.sluice.siddhi.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.SourceHost;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx();
    private final App app = new App();
    private final CountingPeer peer = new CountingPeer();
    private final Intake intake = new Intake(
            new Place("source", "websocket", "In", "App"),
            app,
            app,
            ExtensionMeters.source(
                    new SharedResources(vertx, registry, Clock.systemUTC(), SourceHost.DIRECT),
                    "App",
                    "In",
                    "websocket"));

    @AfterEach
    void close() {
        app.permits.release(1_000_000);
        intake.close();
        vertx.close();
    }

    @Test
    void pausesAPeerWhenManyMessagesWaitAndReadsItAgainWhenHalfAreGone() {
        for (int i = 0; i < Intake.MAX_MESSAGES - 1; i++) {
            intake.offer(peer, "m" + i, 1);
        }
        assertThat(peer.pauses.get()).isZero();

        intake.offer(peer, "the last that fits", 1);
        intake.offer(peer, "was on its way already", 1);
        assertThat(peer.pauses.get()).isEqualTo(1);
        assertThat(peer.resumes.get()).isZero();

        app.permits.release(1_000_000);
        intake.start();

        await().until(() -> app.seen.size() == Intake.MAX_MESSAGES + 1);
        assertThat(peer.resumes.get()).isEqualTo(1);
        assertThat(app.seen).startsWith("m0", "m1").endsWith("the last that fits", "was on its way already");
    }

    @Test
    void pausesAPeerWhenManyBytesWait() {
        intake.offer(peer, "large", Intake.MAX_BYTES);

        assertThat(peer.pauses.get()).isEqualTo(1);
    }

    @Test
    void doesNotResumeAPeerThatIsGone() {
        intake.offer(peer, "large", Intake.MAX_BYTES);
        intake.forget(peer);

        app.permits.release(1_000_000);
        intake.start();

        await().until(() -> app.seen.size() == 1);
        assertThat(peer.resumes.get()).isZero();
    }

    @Test
    void handsABatchOverAsOne() {
        intake.offer(peer, "a", 1);
        intake.offer(peer, "b", 1);

        app.permits.release(1_000_000);
        intake.start();

        await().until(() -> app.seen.size() == 2);
        await().until(() -> app.batches.get() == 1);
        await().until(() ->
                registry.get("runner.source.events.received").counter().count() == 2);
    }

    @Test
    void returnsFromPauseOnlyWhenTheBatchInHandIsDone() throws Exception {
        intake.start();
        intake.offer(peer, "in hand", 1);
        await().until(() -> app.permits.hasQueuedThreads());
        Thread pausing = new Thread(intake::pause);
        pausing.start();
        await().until(() -> pausing.getState() == Thread.State.TIMED_WAITING);

        app.permits.release(1_000_000);

        pausing.join(10_000);
        assertThat(pausing.isAlive()).isFalse();
        assertThat(app.batches.get()).isEqualTo(1);
        intake.offer(peer, "waits", 1);
        assertThat(intake.waiting()).isEqualTo(1);
        intake.resume();
        await().until(() -> app.seen.contains("waits"));
    }

    @Test
    void letsTheAppPauseItFromWithinAnEvent() {
        app.permits.release(1_000_000);
        app.onEvent = payload -> intake.pause();
        intake.start();

        intake.offer(peer, "pauses its own source", 1);

        await().until(() -> app.batches.get() == 1);
    }

    @Test
    void goesOnAfterAnEventThatOverflowsTheStack() {
        app.permits.release(1_000_000);
        app.onEvent = payload -> {
            if (payload.equals("deep")) {
                throw new StackOverflowError();
            }
        };
        intake.start();

        intake.offer(peer, "deep", 1);
        intake.offer(peer, "flat", 1);

        await().until(() -> app.seen.contains("flat"));
        assertThat(registry.get("runner.source.errors").counter().count()).isEqualTo(1);
    }

    @Test
    void countsWhatTheAppDidNotTakeBeforeTheEnd() {
        intake.start();
        intake.pause();
        intake.offer(peer, "one", 1);
        intake.offer(peer, "two", 1);

        intake.close();
        intake.offer(peer, "too late", 1);

        assertThat(registry.get("runner.events.dropped")
                        .tag("reason", "shutdown")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void deliversWhatWaitsBeforeItCloses() {
        app.permits.release(1_000_000);
        for (int i = 0; i < 600; i++) {
            intake.offer(peer, "m" + i, 1);
        }
        intake.start();

        intake.close();

        assertThat(app.seen).hasSize(600);
    }

    private static final class CountingPeer implements Intake.Peer {
        private final AtomicInteger pauses = new AtomicInteger();
        private final AtomicInteger resumes = new AtomicInteger();

        @Override
        public void pause() {
            pauses.incrementAndGet();
        }

        @Override
        public void resume() {
            resumes.incrementAndGet();
        }
    }

    /** An app that takes as many events as it has permits. */
    @SuppressWarnings("deprecation") // Siddhi's interface
    private static final class App implements SourceEventListener, BatchScope {
        private final List<Object> seen = new CopyOnWriteArrayList<>();
        private final AtomicInteger batches = new AtomicInteger();
        private final Semaphore permits = new Semaphore(0);
        private volatile Consumer<Object> onEvent = payload -> {};

        @Override
        public void onEvent(Object payload, Object[] properties) {
            permits.acquireUninterruptibly();
            onEvent.accept(payload);
            seen.add(payload);
        }

        @Override
        public void begin() {
            // batches are counted at their end
        }

        @Override
        public void end(Map<String, Object> position) {
            assertThat(position).isEmpty();
            batches.incrementAndGet();
        }

        @Override
        public StreamDefinition getStreamDefinition() {
            return StreamDefinition.id("In");
        }

        @Override
        public void onEvent(Object payload, String[] properties) {
            throw new AssertionError("deprecated");
        }

        @Override
        public void onEvent(Object payload, Object[] properties, String[] sync) {
            throw new AssertionError("nothing to synchronise");
        }

        @Override
        public void onEvent(Object payload, String[] properties, String[] sync) {
            throw new AssertionError("deprecated");
        }
    }
}

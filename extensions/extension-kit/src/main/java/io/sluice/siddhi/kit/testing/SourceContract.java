package io.sluice.siddhi.kit.testing;

import static io.sluice.siddhi.kit.testing.AppUnderTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.siddhi.kit.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;

/**
 * What every source promises. A test of a source extends this class and says how to reach it; the upstream must be running when a test begins.
 *
 * <p>The contracts wait for conditions, at most a minute each: Siddhi retries a lost source after 5 s and then after 10 s.
 */
public abstract class SourceContract {

    /**
     * The annotation of the source with {@code @map(type='payload')}, for example {@code @source(type='kafka', topic.list='in', …,
     * @map(type='payload'))}. Called once per test; a fresh topic or group per test keeps tests apart.
     */
    protected abstract String sourceAnnotation();

    /** Gives one payload to the upstream; may block while the source is paused, and may lose it while the source is away. */
    protected abstract void send(String payload) throws Exception;

    /** Makes the upstream unreachable; it loses its connections. */
    protected abstract void stopUpstream() throws Exception;

    /** Makes the upstream reachable again, at the same address. */
    protected abstract void startUpstream() throws Exception;

    /** False for a source that is itself the server and so cannot lose its upstream. */
    protected boolean hasUpstream() {
        return true;
    }

    /** The port on which the source listens, if it does. */
    protected OptionalInt listeningPort() {
        return OptionalInt.empty();
    }

    /** Connections that the upstream sees from the source, if it can tell. */
    protected OptionalInt openConnections() {
        return OptionalInt.empty();
    }

    /** Whether a thread that appeared during the test must be gone after shutdown; exclude the threads of the upstream in this process. */
    protected boolean belongsToTheSource(Thread thread) {
        return true;
    }

    @Test
    void deliversOneEvent() {
        try (AppUnderTest app = started()) {
            sendUntilReceived(app, "one");
        }
    }

    @Test
    void namesAnUnknownOptionAndLoadsAllTheSame() {
        try (CapturedLog log = new CapturedLog(Options.class);
                AppUnderTest app =
                        new AppUnderTest(sourceAnnotation().replaceFirst("@map", "no.such.option='x', @map"))) {
            assertThat(app.alive()).isTrue();
            assertThat(log.lines())
                    .anySatisfy(line ->
                            assertThat(line).contains("'no.such.option'").contains("ignored"));
        }
    }

    @Test
    void connectsNothingWhileItIsOnlyBuilt() throws Exception {
        try (AppUnderTest app = new AppUnderTest(sourceAnnotation())) {
            assertThat(app.alive()).isTrue();
            assertThat(openConnections().orElse(0)).isZero();
            assertListeningPortIsFree();
        }
    }

    @Test
    void toleratesDisconnectWithoutConnectAndTwice() {
        try (AppUnderTest app = new AppUnderTest(sourceAnnotation())) {
            assertThatCode(() -> {
                        app.source().disconnect();
                        app.source().disconnect();
                        app.source().destroy();
                    })
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void deliversOnceTheUpstreamIsThere() throws Exception {
        assumeTrue(hasUpstream());
        stopUpstream();
        try (AppUnderTest app = started()) {
            assertThat(app.alive()).isTrue();

            startUpstream();

            sendUntilReceived(app, "late");
        }
    }

    @Test
    void deliversAgainAfterTheUpstreamWasAway() throws Exception {
        assumeTrue(hasUpstream());
        try (AppUnderTest app = started()) {
            sendUntilReceived(app, "before");

            stopUpstream();
            startUpstream();

            sendUntilReceived(app, "after");
        }
    }

    @Test
    void leavesNothingInFlightWhenPausedAndLosesNothingWhenResumed() throws Exception {
        try (AppUnderTest app = started()) {
            sendUntilReceived(app, "first");
            CountDownLatch enough = new CountDownLatch(1);
            AtomicInteger sent = new AtomicInteger();
            Thread sender = inBackground(() -> {
                while (!enough.await(1, TimeUnit.MILLISECONDS)) {
                    send("flow-" + sent.get());
                    sent.incrementAndGet();
                }
            });
            eventually().until(() -> app.received().contains("flow-20"));

            app.source().pause();
            assertThat(app.inFlight()).isZero();
            int seen = app.seen();
            eventually()
                    .during(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(app.seen()).isEqualTo(seen));
            enough.countDown();
            app.source().resume();

            sender.join(Duration.ofSeconds(30).toMillis());
            assertThat(sender.isAlive()).isFalse();
            assertEveryPayload(app, "flow-", sent.get());
        }
    }

    @Test
    void deliversTheBacklogInOrderAfterAPause() throws Exception {
        try (AppUnderTest app = started()) {
            sendUntilReceived(app, "first");
            app.source().pause();
            Thread sender = inBackground(() -> {
                for (int i = 0; i < 200; i++) {
                    send("backlog-" + i);
                }
            });

            app.source().resume();

            sender.join(Duration.ofSeconds(30).toMillis());
            assertThat(sender.isAlive()).isFalse();
            assertEveryPayload(app, "backlog-", 200);
        }
    }

    @Test
    void keepsDeliveringAfterTheAppFailedOnAnEvent() throws Exception {
        try (AppUnderTest app = started()) {
            sendUntilReceived(app, "before");

            send(AppUnderTest.POISON);

            sendUntilReceived(app, "after");
        }
    }

    @Test
    void leavesNoThreadAndNoPortBehind() throws Exception {
        AppUnderTest app = started();
        sendUntilReceived(app, "one");

        app.close();

        eventually()
                .untilAsserted(() -> assertThat(app.threads(this::belongsToTheSource))
                        .as("threads left behind")
                        .isEmpty());
        assertListeningPortIsFree();
    }

    private AppUnderTest started() {
        return new AppUnderTest(sourceAnnotation()).start();
    }

    /** Sends the payload with a running number until one arrives: an upstream without memory loses what is sent before the source is there. */
    private void sendUntilReceived(AppUnderTest app, String payload) {
        AtomicInteger attempt = new AtomicInteger();
        eventually().ignoreExceptions().pollInterval(Duration.ofMillis(200)).until(() -> {
            if (app.received().stream().anyMatch(text -> text.startsWith(payload + "#"))) {
                return true;
            }
            send(payload + "#" + attempt.getAndIncrement());
            return false;
        });
    }

    private static void assertEveryPayload(AppUnderTest app, String prefix, int number) {
        List<String> expected =
                IntStream.range(0, number).mapToObj(i -> prefix + i).toList();
        eventually()
                .untilAsserted(() -> assertThat(app.received().stream()
                                .filter(text -> text.startsWith(prefix))
                                .toList())
                        .isEqualTo(expected));
    }

    private void assertListeningPortIsFree() throws IOException {
        if (listeningPort().isPresent()) {
            new ServerSocket(listeningPort().getAsInt(), 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    private static Thread inBackground(ThrowingRunnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Throwable trouble) {
                        throw new AssertionError("sending failed", trouble);
                    }
                },
                "contract-sender");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every sink promises. A test of a sink extends this class and says how to see what arrives; the downstream must be running when a test begins.
 * What only the sink knows stays in its own test: a slow receiver keeps memory bounded, and each dropped event is counted.
 */
public abstract class SinkContract {

    /** The annotation of the sink with {@code @map(type='payload')}. Called once per test. */
    protected abstract String sinkAnnotation();

    /** What the downstream of this test received so far, oldest first. */
    protected abstract List<String> received();

    /** Makes the downstream unreachable; it loses its connections. */
    protected abstract void stopDownstream() throws Exception;

    /** Makes the downstream reachable again, at the same address. */
    protected abstract void startDownstream() throws Exception;

    /** Called when the app runs, before events are sent: a receiver that connects to the sink does it here. */
    protected void openReceiver() throws Exception {
        // nothing to do where the sink connects to the receiver
    }

    /** False for a sink that is itself the server and so cannot lose its downstream. */
    protected boolean hasDownstream() {
        return true;
    }

    /** The port on which the sink listens, if it does. */
    protected OptionalInt listeningPort() {
        return OptionalInt.empty();
    }

    /** Connections that the downstream sees from the sink, if it can tell. */
    protected OptionalInt openConnections() {
        return OptionalInt.empty();
    }

    /** Whether a thread that appeared during the test must be gone after shutdown; exclude the threads of the downstream in this process. */
    protected boolean belongsToTheSink(Thread thread) {
        return true;
    }

    @Test
    void deliversEventsInOrder() throws Exception {
        try (AppUnderTest app = started()) {
            sendUntilReceived(app, "first");

            for (int i = 0; i < 200; i++) {
                app.input().send(new Object[] {"event-" + i});
            }

            List<String> expected =
                    IntStream.range(0, 200).mapToObj(i -> "event-" + i).toList();
            eventually()
                    .untilAsserted(() -> assertThat(received().stream()
                                    .filter(text -> text.startsWith("event-"))
                                    .toList())
                            .isEqualTo(expected));
        }
    }

    @Test
    void namesAnUnknownOptionAndLoadsAllTheSame() {
        try (CapturedLog log = new CapturedLog(Options.class);
                AppUnderTest app =
                        new AppUnderTest(sinkAnnotation().replaceFirst("@map", "no.such.option='x', @map"))) {
            assertThat(app.alive()).isTrue();
            assertThat(log.lines())
                    .anySatisfy(line ->
                            assertThat(line).contains("'no.such.option'").contains("ignored"));
        }
    }

    @Test
    void connectsNothingWhileItIsOnlyBuilt() throws Exception {
        try (AppUnderTest app = new AppUnderTest(sinkAnnotation())) {
            assertThat(app.alive()).isTrue();
            assertThat(openConnections().orElse(0)).isZero();
            assertListeningPortIsFree();
        }
    }

    @Test
    void toleratesDisconnectWithoutConnectAndTwice() {
        try (AppUnderTest app = new AppUnderTest(sinkAnnotation())) {
            assertThatCode(() -> {
                        app.sink().disconnect();
                        app.sink().disconnect();
                        app.sink().destroy();
                    })
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void deliversOnceTheDownstreamIsThere() throws Exception {
        assumeTrue(hasDownstream());
        stopDownstream();
        try (AppUnderTest app = new AppUnderTest(sinkAnnotation()).start()) {
            assertThat(app.alive()).isTrue();

            startDownstream();
            openReceiver();

            sendUntilReceived(app, "late");
        }
    }

    @Test
    void deliversAgainAfterTheDownstreamWasAway() throws Exception {
        assumeTrue(hasDownstream());
        try (AppUnderTest app = started()) {
            sendUntilReceived(app, "before");

            stopDownstream();
            assertThatCode(() -> app.input().send(new Object[] {"lost or kept"}))
                    .doesNotThrowAnyException();
            startDownstream();
            openReceiver();

            sendUntilReceived(app, "after");
        }
    }

    @Test
    void leavesNoThreadAndNoPortBehind() throws Exception {
        AppUnderTest app = started();
        sendUntilReceived(app, "one");

        app.close();

        eventually()
                .untilAsserted(() -> assertThat(app.threads(this::belongsToTheSink))
                        .as("threads left behind")
                        .isEmpty());
        assertListeningPortIsFree();
    }

    private AppUnderTest started() throws Exception {
        AppUnderTest app = new AppUnderTest(sinkAnnotation()).start();
        openReceiver();
        return app;
    }

    private void sendUntilReceived(AppUnderTest app, String payload) {
        AtomicInteger attempt = new AtomicInteger();
        eventually().pollInterval(Duration.ofMillis(200)).until(() -> {
            if (received().stream().anyMatch(text -> text.startsWith(payload + "#"))) {
                return true;
            }
            app.input().send(new Object[] {payload + "#" + attempt.getAndIncrement()});
            return false;
        });
    }

    private void assertListeningPortIsFree() throws IOException {
        if (listeningPort().isPresent()) {
            new ServerSocket(listeningPort().getAsInt(), 1, InetAddress.getLoopbackAddress()).close();
        }
    }
}

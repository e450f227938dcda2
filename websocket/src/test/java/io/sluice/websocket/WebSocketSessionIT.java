package io.sluice.websocket;

import static io.sluice.websocket.RawClient.closeFrame;
import static io.sluice.websocket.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the application can rely on: order of calls, back-pressure, liveness, and an end in bounded time. */
@ExtendWith(LeakCheck.class)
class WebSocketSessionIT {
    private static final int BUFFER_BOUND = 200_000;

    private final CompletableFuture<WebSocketSession> opened = new CompletableFuture<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private TestServer server;
    private RawClient client;

    /** Writes down what it is told. */
    private class Diary implements SessionListener {
        @Override
        public void opened(WebSocketSession session) {
            heard.add("opened");
            opened.complete(session);
        }

        @Override
        public void text(WebSocketSession session, String message) {
            heard.add(message);
        }

        @Override
        public void closed(WebSocketSession session, int code, String reason) {
            heard.add("closed " + code + " " + reason);
        }
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void tellsTheListenerInOrder(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());

        client.send(frame(0x81, "a"), frame(0x81, "b"), closeFrame(4000, "enough"));
        client.rest();
        client.close();

        await().untilAsserted(() -> assertThat(heard).containsExactly("opened", "a", "b", "closed 4000 enough"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void reportsABrokenConnection(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());

        client.send(frame(0x01, "never finished"));
        client.close();

        await().untilAsserted(() -> assertThat(heard).containsExactly("opened", "closed 1006 "));
        assertThat(session().sendText("too late")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersAFailingListenerWithInternalError(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary() {
            @Override
            public void text(WebSocketSession session, String message) {
                throw new IllegalStateException("expected by the test");
            }
        });

        client.send(frame(0x81, "a"));

        assertThat(client.frame().closeCode()).isEqualTo(CloseCode.INTERNAL_ERROR);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closesWithCodeAndReasonOnce(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());

        session().close(4001, "expired " + "€".repeat(100));
        session().close(4002, "ignored");

        RawClient.Frame close = client.frame();
        assertThat(close.closeCode()).isEqualTo(4001);
        assertThat(close.payload()).hasSize(2 + 8 + 38 * 3);
        assertThat(session().sendText("too late")).isFalse();
        client.send(closeFrame(4001, ""));
        assertThat(client.rest()).isEmpty();
        client.close();
        await().untilAsserted(
                        () -> assertThat(heard).hasSize(2).last().asString().startsWith("closed 4001 expired"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void refusesToSendACodeThatIsNeverOnTheWire(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());

        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2000, 5000, 65535}) {
            assertThatThrownBy(() -> session().close(code, "")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(session().sendText("still open")).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void cutsAPeerThatDoesNotAnswerItsClose(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());
        long start = System.nanoTime();

        session().close(CloseCode.NORMAL, "bye");

        await().atMost(Duration.ofSeconds(8))
                .untilAsserted(() -> assertThat(heard).containsExactly("opened", "closed 1000 bye"));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void cutsAPeerThatReadsNothing(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());
        fill();

        session().close(CloseCode.NORMAL, "bye");

        await().atMost(Duration.ofSeconds(8))
                .untilAsserted(() -> assertThat(heard).containsExactly("opened", "closed 1000 bye"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void tellsASenderThatTheBufferIsFullAndThatThereIsRoomAgain(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());
        int sent = fill();

        assertThat(pendingBytes()).isLessThan(BUFFER_BOUND);
        for (int i = 0; i < sent; i++) {
            assertThat(client.frame().payload()).hasSize(16_384);
        }
        await().until(() -> session().sendText("room again"));
        assertThat(client.frame().text()).isEqualTo("room again");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void keepsTheOrderOfEachThread(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());
        WebSocketSession session = session();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            String name = "t" + t + " ";
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 300; i++) {
                    while (!session.sendText(name + i)) {
                        Thread.onSpinWait();
                    }
                }
            });
            threads[t].start();
        }

        int[] next = new int[threads.length];
        for (int i = 0; i < 1200; i++) {
            String[] parts = client.frame().text().split(" ");
            int thread = parts[0].charAt(1) - '0';
            assertThat(Integer.parseInt(parts[1])).isEqualTo(next[thread]++);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void staysBoundedUnderAPingFloodOfAPeerThatDoesNotRead(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());
        byte[] pings = new byte[0];
        for (int i = 0; i < 500; i++) {
            pings = RawClient.concat(pings, frame(0x89, "p".repeat(125)));
        }
        long most = 0;
        for (int i = 0; i < 50; i++) {
            client.send(pings);
            most = Math.max(most, pendingBytes());
        }
        client.send(frame(0x81, "end of flood"));

        await().untilAsserted(() -> assertThat(heard).contains("end of flood"));
        assertThat(most).isLessThan(BUFFER_BOUND);
        assertThat(client.frame()).returns(0x8A, RawClient.Frame::firstByte);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void holdsMessagesBackWhilePaused(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary() {
            @Override
            public void text(WebSocketSession session, String message) {
                super.text(session, message);
                session.pause();
            }
        });
        client.send(frame(0x81, "first"));
        await().untilAsserted(() -> assertThat(heard).contains("first"));

        client.send(frame(0x81, "second"));
        await().during(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(heard).doesNotContain("second"));
        session().resume();

        await().untilAsserted(() -> assertThat(heard).contains("second"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closesWhilePaused(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());
        session().pause();
        pendingBytes();
        client.send(frame(0x81, "unread"));

        session().close(CloseCode.NORMAL, "bye");

        assertThat(client.frame().closeCode()).isEqualTo(CloseCode.NORMAL);
        client.close();
        await().untilAsserted(() -> assertThat(heard).containsExactly("opened", "closed 1000 bye"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closesAPeerThatLeavesAPingUnanswered(Transport transport) throws Exception {
        connect(transport, liveness(100, 300, 0), new Diary());

        assertThat(client.frame()).returns(0x89, RawClient.Frame::firstByte);
        assertThat(client.frame().closeCode()).isEqualTo(CloseCode.GOING_AWAY);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void keepsAPeerThatAnswersItsPings(Transport transport) throws Exception {
        connect(transport, liveness(50, 2000, 400), new Diary());

        for (int i = 0; i < 12; i++) {
            assertThat(client.frame()).returns(0x89, RawClient.Frame::firstByte);
            client.send(frame(0x8A, ""));
        }
        assertThat(session().sendText("alive")).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closesASilentPeerAfterTheIdleTime(Transport transport) throws Exception {
        connect(transport, liveness(0, 0, 200), new Diary());

        assertThat(client.frame().closeCode()).isEqualTo(CloseCode.GOING_AWAY);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysGoingAwayWhenTheServerShutsDown(Transport transport) throws Exception {
        connect(transport, WebSocketLimits.defaults(), new Diary());
        session();

        var shutdown =
                server.http().shutdown(5, TimeUnit.SECONDS).toCompletionStage().toCompletableFuture();

        assertThat(client.frame().closeCode()).isEqualTo(CloseCode.GOING_AWAY);
        client.send(closeFrame(1001, ""));
        assertThat(client.rest()).isEmpty();
        client.close();
        shutdown.get(4, TimeUnit.SECONDS);
        await().untilAsserted(() -> assertThat(heard).containsExactly("opened", "closed 1001 the server shuts down"));
    }

    private void connect(Transport transport, WebSocketLimits limits, SessionListener listener) throws Exception {
        server = TestServer.accepting(transport, limits, listener);
        client = transport.upgraded(server.port());
    }

    private WebSocketSession session() {
        return opened.orTimeout(5, TimeUnit.SECONDS).join();
    }

    /** Sends until the session refuses for good, to a client that does not read. */
    private int fill() {
        int[] sent = new int[1];
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .during(Duration.ofMillis(200))
                .until(() -> {
                    boolean any = false;
                    while (session().sendBinary(new byte[16_384])) {
                        sent[0]++;
                        any = true;
                    }
                    return !any;
                });
        return sent[0];
    }

    /** Also waits for what the loop had to do before. */
    private long pendingBytes() throws Exception {
        var channel = ((FrameSession) session()).channel();
        return channel.eventLoop()
                .submit(() -> channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                .get(5, TimeUnit.SECONDS);
    }

    private static WebSocketLimits liveness(long pingMillis, long pongMillis, long idleMillis) {
        return new WebSocketLimits(
                1000,
                1000,
                Duration.ofMillis(pingMillis),
                Duration.ofMillis(pongMillis),
                Duration.ofMillis(idleMillis));
    }
}

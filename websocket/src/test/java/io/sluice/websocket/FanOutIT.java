package io.sluice.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.sluice.websocket.FanOut.SlowConsumer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fan-out over real connections. */
@ExtendWith(LeakCheck.class)
class FanOutIT {
    private static final int MANY = 200;
    private static final int LARGE = 256 << 10;

    private final Losses losses = new Losses();
    private final List<Integer> closeCodes = new CopyOnWriteArrayList<>();
    private final List<RawClient> clients = new ArrayList<>();
    private FanOut fanOut;
    private TestServer server;

    @AfterEach
    void stop() throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
        fanOut.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void givesManySubscribersEverythingInOrder(Transport transport) throws Exception {
        start(transport, new FanOut("test", 1000, SlowConsumer.DISCONNECT, losses));
        subscribe(transport, MANY);

        publish(0, 300);

        for (RawClient client : clients) {
            for (int i = 0; i < 300; i++) {
                assertThat(client.frame().text()).isEqualTo("message " + i);
            }
        }
        assertThat(losses.disconnected).hasValue(0);
        assertThat(fanOut.subscribers()).isEqualTo(MANY);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void keepsTheOrderOfEachPublisher(Transport transport) throws Exception {
        start(transport, new FanOut("test", 10_000, SlowConsumer.DISCONNECT, losses));
        subscribe(transport, 4);
        List<Thread> publishers = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            String name = p + " ";
            publishers.add(new Thread(() -> {
                for (int i = 0; i < 1000; i++) {
                    fanOut.publishText((name + i).getBytes(StandardCharsets.UTF_8));
                }
            }));
        }
        publishers.forEach(Thread::start);

        for (RawClient client : clients) {
            int[] next = new int[3];
            for (int i = 0; i < 3000; i++) {
                String[] parts = client.frame().text().split(" ");
                assertThat(Integer.parseInt(parts[1])).isEqualTo(next[Integer.parseInt(parts[0])]++);
            }
        }
        for (Thread publisher : publishers) {
            publisher.join();
        }
    }

    /** 24 MB pass by a subscriber that does not read; neither the others nor the heap notice. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void closesAStuckSubscriberAndSparesTheOthers(Transport transport) throws Exception {
        long maxBytes = 2 << 20;
        start(transport, new FanOut("test", 1000, maxBytes, SlowConsumer.DISCONNECT, losses));
        subscribe(transport, 6);
        List<RawClient> healthy = clients.subList(1, 6);
        byte[] large = new byte[LARGE];
        publishAndRead(large, healthy);
        long before = directMemory();

        long most = 0;
        for (int i = 0; i < 96; i++) {
            publishAndRead(large, healthy);
            most = Math.max(most, directMemory());
        }

        assertThat(losses.disconnected).hasValue(1);
        assertThat(fanOut.subscribers()).isEqualTo(5);
        assertThat(most - before).isLessThan(16 << 20);
        await().atMost(Duration.ofSeconds(8))
                .untilAsserted(() -> assertThat(closeCodes).containsExactly(1013));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void dropsTheOldestOfASlowSubscriberThatThenRecovers(Transport transport) throws Exception {
        start(transport, new FanOut("test", 8, SlowConsumer.DROP_OLDEST, losses));
        subscribe(transport, 2);
        RawClient slow = clients.get(0);
        List<RawClient> healthy = clients.subList(1, 2);
        byte[] large = new byte[LARGE];
        int published = 0;
        while (losses.dropped.get() < 20) {
            publishAndRead(large, healthy);
            published++;
        }

        fanOut.publishText("last".getBytes(StandardCharsets.UTF_8));

        int received = 0;
        while (slow.frame().opcode() == 2) {
            received++;
        }
        assertThat(received + losses.dropped.get()).isEqualTo(published);
        publish(0, 5);
        for (int i = 0; i < 5; i++) {
            assertThat(slow.frame().text()).isEqualTo("message " + i);
        }
        assertThat(losses.disconnected).hasValue(0);
        assertThat(fanOut.subscribers()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void forgetsSubscribersThatLeaveWhileMessagesFlow(Transport transport) throws Exception {
        start(transport, new FanOut("test", 1000, SlowConsumer.DISCONNECT, losses));
        subscribe(transport, 40);
        for (int i = 0; i < 20; i++) {
            publish(2 * i, 2 * i + 1);
            clients.remove(i).close();
            publish(2 * i + 1, 2 * i + 2);
        }

        await().untilAsserted(() -> assertThat(fanOut.subscribers()).isEqualTo(20));
        for (RawClient client : clients) {
            for (int i = 0; i < 40; i++) {
                assertThat(client.frame().text()).isEqualTo("message " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysGoingAwayWhenItCloses(Transport transport) throws Exception {
        start(transport, new FanOut("test", 1000, SlowConsumer.DISCONNECT, losses));
        subscribe(transport, 4);
        publish(0, 1);

        fanOut.close();

        for (RawClient client : clients) {
            assertThat(client.frame().text()).isEqualTo("message 0");
            assertThat(client.frame().closeCode()).isEqualTo(CloseCode.GOING_AWAY);
            assertThat(client.rest()).isEmpty();
        }
        assertThat(fanOut.subscribers()).isZero();
    }

    private void start(Transport transport, FanOut stream) throws Exception {
        fanOut = stream;
        server = TestServer.accepting(transport, WebSocketLimits.defaults(), new SessionListener() {
            @Override
            public void opened(WebSocketSession session) {
                fanOut.subscribe(session);
            }

            @Override
            public void closed(WebSocketSession session, int code, String reason) {
                closeCodes.add(code);
            }
        });
    }

    private void subscribe(Transport transport, int number) throws Exception {
        for (int i = 0; i < number; i++) {
            clients.add(transport.upgraded(server.port()));
        }
        await().untilAsserted(() -> assertThat(fanOut.subscribers()).isEqualTo(number));
    }

    private void publish(int from, int to) {
        for (int i = from; i < to; i++) {
            fanOut.publishText(("message " + i).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void publishAndRead(byte[] payload, List<RawClient> readers) throws IOException {
        fanOut.publishBinary(payload);
        for (RawClient reader : readers) {
            assertThat(reader.frame().payload()).hasSize(payload.length);
        }
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }
}

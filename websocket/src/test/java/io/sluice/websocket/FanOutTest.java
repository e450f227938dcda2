package io.sluice.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.sluice.websocket.FanOut.SlowConsumer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class FanOutTest {
    private final Losses losses = new Losses();
    private final EmbeddedSession subscriber = new EmbeddedSession();

    @AfterEach
    void finish() {
        subscriber.finish();
    }

    @Test
    void deliversEveryMessageInOrderWithOneFlush() {
        FanOut fanOut = subscribed(100, SlowConsumer.DISCONNECT);
        subscriber.flushes = 0;

        publish(fanOut, 0, 50);
        subscriber.run();

        assertThat(subscriber.sent()).isEqualTo(numbers(0, 50));
        assertThat(subscriber.flushes).isEqualTo(1);
    }

    @Test
    void deliversOnlyWhatIsPublishedAfterSubscribing() {
        FanOut fanOut = new FanOut("test", 10, SlowConsumer.DISCONNECT, losses);
        EmbeddedSession late = new EmbeddedSession();
        fanOut.subscribe(subscriber.session);
        publish(fanOut, 0, 1);

        fanOut.subscribe(late.session);
        publish(fanOut, 1, 2);
        late.run();
        subscriber.run();

        assertThat(late.sent()).isEqualTo(numbers(1, 2));
        assertThat(subscriber.sent()).isEqualTo(numbers(0, 2));
        late.finish();
    }

    @Test
    void closesASubscriberThatIsMoreThanTheCapacityBehind() {
        FanOut fanOut = subscribed(10, SlowConsumer.DISCONNECT);
        subscriber.writable(false);
        publish(fanOut, 0, 10);
        subscriber.run();
        assertThat(losses.disconnected).hasValue(0);

        publish(fanOut, 10, 11);
        subscriber.run();

        assertThat(losses.disconnected).hasValue(1);
        assertThat(fanOut.subscribers()).isZero();
        assertThat(subscriber.sent()).containsExactly("close 1013");
        assertThat(subscriber.heard).containsExactly("opened", "closed 1013");
    }

    @Test
    void dropsTheOldestAndCountsThem() {
        FanOut fanOut = subscribed(10, SlowConsumer.DROP_OLDEST);
        subscriber.writable(false);
        for (int i = 0; i < 25; i++) {
            publish(fanOut, i, i + 1);
            subscriber.run();
        }

        subscriber.writable(true);
        subscriber.run();

        assertThat(subscriber.sent()).isEqualTo(numbers(15, 25));
        assertThat(losses.dropped).hasValue(15);
        assertThat(fanOut.subscribers()).isEqualTo(1);
    }

    @Test
    void losesTheOldestWhenThePublisherOutrunsTheLoop() {
        FanOut fanOut = subscribed(10, SlowConsumer.DROP_OLDEST);

        publish(fanOut, 0, 100);
        subscriber.run();
        publish(fanOut, 100, 101);
        subscriber.run();

        assertThat(subscriber.sent()).isEqualTo(numbers(90, 101));
        assertThat(losses.dropped).hasValue(90);
    }

    @Test
    void boundsTheBytesOfWhatASubscriberWaitsFor() {
        FanOut fanOut = new FanOut("test", 1000, 1000, SlowConsumer.DROP_OLDEST, losses);
        fanOut.subscribe(subscriber.session);
        subscriber.run();
        subscriber.writable(false);
        for (int i = 0; i < 10; i++) {
            fanOut.publishText(String.format("%0300d", i).getBytes(StandardCharsets.UTF_8));
            subscriber.run();
        }

        subscriber.writable(true);
        subscriber.run();

        assertThat(subscriber.sent().stream().map(Integer::parseInt)).containsExactly(7, 8, 9);
        assertThat(losses.dropped).hasValue(7);
    }

    @Test
    void sendsAMessageLargerThanTheByteBoundAlone() {
        FanOut fanOut = new FanOut("test", 10, 5, SlowConsumer.DISCONNECT, losses);
        fanOut.subscribe(subscriber.session);

        fanOut.publishText("a long message".getBytes(StandardCharsets.UTF_8));
        subscriber.run();

        assertThat(subscriber.sent()).containsExactly("a long message");
    }

    @Test
    void tellsAPublisherWhenThereIsRoomAgain() {
        FanOut fanOut = subscribed(10, SlowConsumer.DISCONNECT);
        publish(fanOut, 0, 5);
        assertThat(fanOut.hasRoom()).isTrue();
        publish(fanOut, 5, 6);
        assertThat(fanOut.hasRoom()).isFalse();

        subscriber.run();

        assertThat(fanOut.hasRoom()).isTrue();
        assertThat(losses.roomAgain).hasValue(1);
    }

    @Test
    void deliversNothingAfterUnsubscribing() {
        FanOut fanOut = subscribed(10, SlowConsumer.DISCONNECT);

        fanOut.unsubscribe(subscriber.session);
        subscriber.run();
        publish(fanOut, 0, 1);
        subscriber.run();

        assertThat(fanOut.subscribers()).isZero();
        assertThat(subscriber.sent()).isEmpty();
        assertThat(subscriber.heard).containsExactly("opened");
    }

    @Test
    void forgetsASubscriberThatCloses() {
        FanOut fanOut = subscribed(10, SlowConsumer.DISCONNECT);

        subscriber.session.close(1000, "bye");

        assertThat(fanOut.subscribers()).isZero();
        assertThat(subscriber.sent()).containsExactly("close 1000");
    }

    @Test
    void forgetsASubscriberThatWasGoneBeforeItWasAdmitted() {
        subscriber.session.close(1000, "bye");

        FanOut fanOut = subscribed(10, SlowConsumer.DISCONNECT);

        assertThat(fanOut.subscribers()).isZero();
    }

    @Test
    void closesItsSubscribersAndThoseThatComeLater() {
        FanOut fanOut = subscribed(10, SlowConsumer.DISCONNECT);
        EmbeddedSession late = new EmbeddedSession();
        publish(fanOut, 0, 2);

        fanOut.close();
        subscriber.run();
        fanOut.subscribe(late.session);
        late.run();
        publish(fanOut, 2, 3);

        assertThat(subscriber.sent()).containsExactly("0", "1", "close 1001");
        assertThat(late.sent()).containsExactly("close 1001");
        assertThat(fanOut.subscribers()).isZero();
        late.finish();
    }

    @Test
    void keepsNothingOnceEverybodyHasIt() {
        FanOut fanOut = subscribed(10, SlowConsumer.DISCONNECT);
        publish(fanOut, 0, 1);
        subscriber.run();

        ByteBuf frame = subscriber.channel.readOutbound();
        assertThat(frame.refCnt()).isEqualTo(1);
        frame.release();
    }

    @Test
    void keepsNothingOnceTheLastOneCaughtUp() {
        FanOut fanOut = subscribed(10, SlowConsumer.DISCONNECT);
        subscriber.writable(false);
        publish(fanOut, 0, 1);
        subscriber.run();
        subscriber.writable(true);
        subscriber.run();

        ByteBuf frame = subscriber.channel.readOutbound();
        assertThat(frame.refCnt()).isEqualTo(1);
        frame.release();
    }

    @Test
    void survivesAListenerThatThrows() {
        FanOut fanOut = new FanOut("test", 1, SlowConsumer.DROP_OLDEST, new FanOut.Listener() {
            @Override
            public void dropped(long messages) {
                throw new IllegalStateException("expected by the test");
            }

            @Override
            public void disconnected() {}
        });
        fanOut.subscribe(subscriber.session);

        publish(fanOut, 0, 3);
        subscriber.run();

        assertThat(subscriber.sent()).containsExactly("2");
    }

    @Test
    void refusesABoundOfZero() {
        assertThatThrownBy(() -> new FanOut("orders", 0, SlowConsumer.DISCONNECT, losses))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'orders'");
    }

    /** Publishing, running and blocking in any sequence: what arrives is in order, and what does not arrive is counted. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 16, 33})
    void neverReordersAndCountsEveryLoss(int capacity) {
        Random random = new Random(capacity);
        FanOut fanOut = subscribed(capacity, SlowConsumer.DROP_OLDEST);
        List<Integer> received = new ArrayList<>();
        int published = 0;

        for (int step = 0; step < 300; step++) {
            int burst = random.nextInt(2 * capacity + 1);
            publish(fanOut, published, published + burst);
            published += burst;
            subscriber.writable(random.nextInt(3) > 0);
            if (random.nextBoolean()) {
                subscriber.run();
            }
            subscriber.sent().forEach(number -> received.add(Integer.valueOf(number)));
        }
        subscriber.writable(true);
        subscriber.run();
        subscriber.sent().forEach(number -> received.add(Integer.valueOf(number)));

        assertThat(received).isSorted().doesNotHaveDuplicates();
        assertThat(received.size() + losses.dropped.get()).isEqualTo(published);
        assertThat(losses.dropped.get()).isPositive();
    }

    private FanOut subscribed(int capacity, SlowConsumer slowConsumer) {
        FanOut fanOut = new FanOut("test", capacity, slowConsumer, losses);
        fanOut.subscribe(subscriber.session);
        subscriber.run();
        return fanOut;
    }

    private static void publish(FanOut fanOut, int from, int to) {
        for (int i = from; i < to; i++) {
            fanOut.publishText(String.valueOf(i).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }
}

package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class HandOverTest {

    private static final Duration NOW = Duration.ZERO;

    private final HandOver handOver = new HandOver();

    private static ConsumerRecord<Object, Object> at(int partition, long offset) {
        return new ConsumerRecord<>("t", partition, offset, "k", "v");
    }

    @Test
    void hasRoomForOneBatchBesideTheOneInWork() throws Exception {
        handOver.add(List.of(at(0, 1)));
        assertThat(handOver.awaitRoom(NOW)).isFalse();

        handOver.take(null);

        assertThat(handOver.awaitRoom(NOW)).isTrue();
        assertThat(handOver.inFlight()).isEqualTo(1);
    }

    @Test
    void isIdleOnlyWhenTheAppIsThrough() throws Exception {
        handOver.add(List.of(at(0, 1)));
        handOver.take(null);
        assertThat(handOver.awaitIdle(NOW)).isFalse();

        handOver.processed();

        assertThat(handOver.awaitIdle(NOW)).isTrue();
    }

    @Test
    void dropsOnlyWhatWaitsOfLostPartitionsAndRemembersWhatWasTaken() throws Exception {
        handOver.add(List.of(at(0, 1), at(1, 5)));
        handOver.take(null);
        handOver.processed();
        handOver.add(List.of(at(0, 2), at(1, 6)));

        assertThat(handOver.rebalance(Set.of(new TopicPartition("t", 0)), NOW)).isTrue();
        handOver.rebalanced();

        assertThat(Objects.requireNonNull(handOver.take(null)))
                .extracting(ConsumerRecord::offset)
                .containsExactly(6L);
        assertThat(handOver.lastTaken(new TopicPartition("t", 0))).isEqualTo(1);
        assertThat(handOver.lastTaken(new TopicPartition("t", 1))).isEqualTo(6);
    }

    @Test
    void givesNothingAfterItIsClosed() throws Exception {
        handOver.add(List.of(at(0, 1)));

        handOver.close();

        assertThat(handOver.take(null)).isNull();
    }
}

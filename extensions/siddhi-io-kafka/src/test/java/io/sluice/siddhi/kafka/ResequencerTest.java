package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.siddhi.kafka.Resequencer.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResequencerTest {

    private final List<String> out = new ArrayList<>();
    private final List<Long> skipped = new ArrayList<>();
    private final List<Long> forgotten = new ArrayList<>();
    private long now;
    private final Resequencer<String> order = resequencer(5);

    private Resequencer<String> resequencer(int capacity) {
        return new Resequencer<>(capacity, Duration.ofMillis(10), () -> now, out::add, new Resequencer.Gaps() {
            @Override
            public void skipped(String sender, long numbers) {
                skipped.add(numbers);
            }

            @Override
            public void forgotten(String sender, long numbers) {
                forgotten.add(numbers);
            }
        });
    }

    private Outcome offer(long number) {
        return order.offer("s", number, "s" + number);
    }

    private void pass(Duration time) {
        now += time.toNanos();
        order.skipWhatIsDue();
    }

    @Test
    void passesOnAtOnceWhatIsInOrderAndEachNumberOnce() {
        assertThat(offer(1)).isEqualTo(Outcome.PASSED);
        assertThat(offer(2)).isEqualTo(Outcome.PASSED);
        assertThat(offer(1)).isEqualTo(Outcome.DUPLICATE);
        assertThat(offer(2)).isEqualTo(Outcome.DUPLICATE);
        assertThat(out).containsExactly("s1", "s2");
        assertThat(order.untilDue()).isNull();
    }

    @Test
    void takesASenderThatBeginsWithZero() {
        offer(0);
        offer(1);

        assertThat(out).containsExactly("s0", "s1");
    }

    @Test
    void keepsWhatFollowsAGapUntilTheOtherWayBringsWhatIsMissing() {
        offer(1);
        assertThat(offer(4)).isEqualTo(Outcome.WAITS);
        assertThat(offer(3)).isEqualTo(Outcome.WAITS);
        assertThat(offer(4)).isEqualTo(Outcome.DUPLICATE);
        assertThat(out).containsExactly("s1");

        offer(2);

        assertThat(out).containsExactly("s1", "s2", "s3", "s4");
        assertThat(skipped).isEmpty();
        assertThat(order.waiting()).isEmpty();
    }

    @Test
    void skipsAGapAfterTenMilliseconds() {
        offer(1);
        offer(3);
        pass(Duration.ofMillis(9));
        assertThat(out).containsExactly("s1");
        assertThat(order.untilDue()).isEqualTo(Duration.ofMillis(1));

        pass(Duration.ofMillis(1));

        assertThat(out).containsExactly("s1", "s3");
        assertThat(skipped).containsExactly(1L);
    }

    @Test
    void countsTheTimeFromTheOldestThatWaitsThoughAnotherComesBeforeIt() {
        offer(1);
        offer(9);
        pass(Duration.ofMillis(9));
        offer(5);

        pass(Duration.ofMillis(1));

        assertThat(out).containsExactly("s1", "s5", "s9");
    }

    @Test
    void passesOnLateWhatWasSkippedButOnlyOnce() {
        offer(1);
        offer(5);
        pass(Duration.ofMillis(10));

        assertThat(offer(3)).isEqualTo(Outcome.LATE);
        assertThat(offer(3)).isEqualTo(Outcome.DUPLICATE);
        assertThat(offer(2)).isEqualTo(Outcome.LATE);
        assertThat(offer(4)).isEqualTo(Outcome.LATE);
        assertThat(offer(4)).isEqualTo(Outcome.DUPLICATE);

        assertThat(out).containsExactly("s1", "s5", "s3", "s2", "s4");
    }

    @Test
    void skipsTheGapBeforeTheOldestWhenThereIsNoRoomToWait() {
        offer(1);
        LongStream.of(3, 4, 6, 8, 10).forEach(this::offer);
        assertThat(out).containsExactly("s1");

        assertThat(offer(12)).isEqualTo(Outcome.WAITS);

        assertThat(out).containsExactly("s1", "s3", "s4");
        assertThat(order.waiting()).containsExactly("s6", "s8", "s10", "s12");
    }

    @Test
    void passesOnAtOnceWhatASkippedGapPutsInOrder() {
        offer(1);
        LongStream.of(3, 4, 5, 6, 7).forEach(this::offer);

        assertThat(offer(8)).isEqualTo(Outcome.PASSED);

        assertThat(out).containsExactly("s1", "s3", "s4", "s5", "s6", "s7", "s8");
    }

    @Test
    void keepsSendersApart() {
        offer(1);
        order.offer("t", 1, "t1");
        order.offer("t", 3, "t3");
        offer(2);

        assertThat(out).containsExactly("s1", "t1", "s2");
        assertThat(order.waiting("t", 3)).isEqualTo("t3");
        assertThat(order.waiting("s", 3)).isNull();
    }

    @Test
    void continuesWithNumbersAndGapsOfBefore() {
        offer(1);
        offer(5);
        pass(Duration.ofMillis(10));
        Map<String, ArrayList<Long>> numbers = order.numbers();
        Resequencer<String> next = resequencer(5);
        next.continueAfter(numbers);

        assertThat(next.offer("s", 5, "again")).isEqualTo(Outcome.DUPLICATE);
        assertThat(next.offer("s", 3, "s3")).isEqualTo(Outcome.LATE);
        assertThat(next.offer("s", 6, "s6")).isEqualTo(Outcome.PASSED);
        assertThat(out).containsExactly("s1", "s5", "s3", "s6");
    }

    @Test
    void forgetsTheLowestOfTooManyGapsAndSaysSo() {
        for (long number = 2; number <= 2_010; number += 2) {
            offer(number);
            pass(Duration.ofMillis(10));
        }

        assertThat(out).hasSize(1_005);
        assertThat(forgotten).isNotEmpty();
        assertThat(offer(1)).isEqualTo(Outcome.DUPLICATE);
        assertThat(offer(2_009)).isEqualTo(Outcome.LATE);
    }
}

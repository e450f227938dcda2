package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(5);

    private final BackOff backOff = new BackOff(FIRST, MAX, new Random(7));

    @Test
    void doublesTheStepAndStaysBetweenHalfOfItAndAllOfIt() {
        for (long step : List.of(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L)) {
            assertThat(backOff.next().toMillis()).isBetween(step / 2, step);
        }
    }

    @Test
    void startsOverAfterAReset() {
        for (int i = 0; i < 10; i++) {
            backOff.next();
        }

        backOff.reset();

        assertThat(backOff.next()).isBetween(FIRST.dividedBy(2), FIRST);
    }

    @Test
    void spreadsManyGateways() {
        List<Duration> waits = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            waits.add(new BackOff(MAX, MAX, random).next());
        }

        assertThat(waits.stream().distinct().count()).isGreaterThan(90);
    }
}

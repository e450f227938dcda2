package io.sluice.siddhi.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @Test
    void doublesFromTheFirstWaitToTheLongest() {
        Backoff middle = new Backoff(FIRST, LONGEST, () -> 0.5);

        assertThat(middle.after(0)).isEqualTo(FIRST);
        assertThat(middle.after(1)).isEqualTo(Duration.ofMillis(400));
        assertThat(middle.after(5)).isEqualTo(Duration.ofMillis(6400));
        assertThat(middle.after(6)).isEqualTo(LONGEST);
        assertThat(middle.after(Integer.MAX_VALUE)).isEqualTo(LONGEST);
    }

    @Test
    void spreadsByAFifthEitherWayButNeverBeyondTheLongest() {
        Backoff lowest = new Backoff(FIRST, LONGEST, () -> 0);
        Backoff highest = new Backoff(FIRST, LONGEST, () -> 0.999_999);

        assertThat(lowest.after(0)).isEqualTo(Duration.ofMillis(160));
        assertThat(highest.after(0)).isBetween(Duration.ofMillis(239), Duration.ofMillis(240));
        assertThat(highest.after(30)).isEqualTo(LONGEST);
    }
}

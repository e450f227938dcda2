package io.sluice.dataservice.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatermarkTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void holdsAKeyBackUntilItWasSeenForTheSettlingTime() {
        Watermark mark = new Watermark(Duration.ofSeconds(2));

        mark.observe(0, 10);
        mark.observe(SECOND, 20);

        assertThat(mark.safe(2 * SECOND - 1)).isNull();
        assertThat(mark.safe(2 * SECOND)).isEqualTo(10);
        assertThat(mark.safe(3 * SECOND)).isEqualTo(20);
        assertThat(mark.waiting()).isFalse();
    }

    @Test
    void countsFromTheFirstTimeAKeyWasSeen() {
        Watermark mark = new Watermark(Duration.ofSeconds(2));

        mark.observe(0, 10);
        mark.observe(SECOND, 10);

        assertThat(mark.safe(2 * SECOND)).isEqualTo(10);
    }

    @Test
    void trustsASingleWriterAtOnce() {
        Watermark mark = new Watermark(Duration.ZERO);

        mark.observe(5, 10);

        assertThat(mark.safe(5)).isEqualTo(10);
    }
}

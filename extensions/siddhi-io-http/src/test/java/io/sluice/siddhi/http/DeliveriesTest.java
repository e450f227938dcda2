package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveriesTest {

    @Test
    void countsAsSettledOnlyWhatHasNoGapBeforeIt() {
        Deliveries deliveries = new Deliveries();
        long first = deliveries.begin();
        long second = deliveries.begin();
        assertThat(deliveries.given()).isEqualTo(2);

        deliveries.settled(second);
        assertThat(deliveries.settled()).isZero();

        deliveries.settled(first);
        assertThat(deliveries.settled()).isEqualTo(2);
    }
}

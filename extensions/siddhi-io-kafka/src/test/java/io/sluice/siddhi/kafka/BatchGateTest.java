package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BatchGateTest {

    private final BatchGate gate = new BatchGate();

    @Test
    void isIdleWhenEveryBatchHasLeft() throws Exception {
        gate.enter();
        gate.enter();
        gate.leave();
        assertThat(gate.awaitIdle(Duration.ZERO)).isFalse();

        gate.leave();

        assertThat(gate.awaitIdle(Duration.ZERO)).isTrue();
    }

    @Test
    void keepsBatchesBackWhilePaused() {
        gate.pause();
        CompletableFuture<Boolean> entered = entering();
        assertThat(entered).isNotDone();
        assertThat(gate.inFlight()).isZero();

        gate.resume();

        assertThat(entered).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(true);
    }

    @Test
    void letsNothingInOnceItIsClosed() {
        gate.pause();
        CompletableFuture<Boolean> entered = entering();

        gate.close();

        assertThat(entered).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(false);
    }

    private CompletableFuture<Boolean> entering() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return gate.enter();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });
    }
}

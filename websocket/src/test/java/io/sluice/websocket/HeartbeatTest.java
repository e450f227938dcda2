package io.sluice.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.websocket.Heartbeat.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final long START = Long.MAX_VALUE - 100;

    @Test
    void pingsAQuietPeerOnceAndGivesItTimeToAnswer() {
        Heartbeat heartbeat = new Heartbeat(limits(30, 20, 0), START);

        assertThat(heartbeat.check(START + 29)).isEqualTo(Verdict.FINE);
        assertThat(heartbeat.check(START + 30)).isEqualTo(Verdict.PING);
        assertThat(heartbeat.check(START + 49)).isEqualTo(Verdict.FINE);
        assertThat(heartbeat.check(START + 50)).isEqualTo(Verdict.NO_PONG);
    }

    @Test
    void takesAnyFrameAsAnswer() {
        Heartbeat heartbeat = new Heartbeat(limits(30, 20, 0), START);
        heartbeat.check(START + 30);

        heartbeat.alive(START + 40);

        assertThat(heartbeat.check(START + 60)).isEqualTo(Verdict.FINE);
        assertThat(heartbeat.check(START + 70)).isEqualTo(Verdict.PING);
    }

    @Test
    void endsTheIdleTimeWithAnyFrame() {
        Heartbeat heartbeat = new Heartbeat(limits(0, 0, 50), START);
        heartbeat.alive(START + 40);

        assertThat(heartbeat.check(START + 89)).isEqualTo(Verdict.FINE);
        assertThat(heartbeat.check(START + 90)).isEqualTo(Verdict.IDLE);
    }

    @Test
    void asksToBeCheckedWhenSomethingCanBeDue() {
        Heartbeat heartbeat = new Heartbeat(limits(30, 20, 70), START);

        assertThat(heartbeat.nextCheckIn(START)).isEqualTo(30);
        heartbeat.check(START + 30);
        assertThat(heartbeat.nextCheckIn(START + 30)).isEqualTo(20);
        heartbeat.alive(START + 31);
        assertThat(heartbeat.nextCheckIn(START + 31)).isEqualTo(30);
        assertThat(heartbeat.nextCheckIn(START + 500)).isEqualTo(1);
    }

    @Test
    void watchesNothingWithoutTimes() {
        assertThat(new Heartbeat(limits(0, 0, 0), START).watches()).isFalse();
        assertThat(new Heartbeat(limits(1, 1, 0), START).watches()).isTrue();
        assertThat(new Heartbeat(limits(0, 0, 1), START).watches()).isTrue();
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> limits(30, 0, 0)).hasMessageContaining("pongTimeout");
        assertThatThrownBy(() -> limits(-1, 20, 0)).hasMessageContaining("pingEvery");
        assertThatThrownBy(() -> limits(30, 20, -1)).hasMessageContaining("idleTimeout");
        assertThatThrownBy(() -> new WebSocketLimits(0, 1, Duration.ZERO, Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("maxFrameBytes");
        assertThatThrownBy(() -> new WebSocketLimits(1, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("maxMessageBytes");
    }

    private static WebSocketLimits limits(long pingNanos, long pongNanos, long idleNanos) {
        return new WebSocketLimits(
                1, 1, Duration.ofNanos(pingNanos), Duration.ofNanos(pongNanos), Duration.ofNanos(idleNanos));
    }
}

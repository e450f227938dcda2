package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.ConnectionLimits.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {

    private final ConnectionLimits limits = new ConnectionLimits(3, 2);

    @Test
    void refusesMoreConnectionsOfOneClientThanAllowed() {
        granted("alice");
        granted("alice");

        assertThat(limits.acquire("alice")).isEqualTo(new Outcome.ClientFull(2));
        assertThat(limits.acquire("bob")).isInstanceOf(Outcome.Granted.class);
    }

    @Test
    void refusesMoreConnectionsInAllThanAllowed() {
        granted("alice");
        granted("alice");
        granted("bob");

        assertThat(limits.acquire("carol")).isEqualTo(new Outcome.Full(3));
    }

    @Test
    void givesTheShareBackOnce() {
        ConnectionLimits.Lease first = granted("alice");
        granted("alice");

        first.close();
        first.close();

        assertThat(limits.open()).isEqualTo(1);
        granted("alice");
        assertThat(limits.acquire("alice")).isEqualTo(new Outcome.ClientFull(2));
    }

    @Test
    void waitsUntilTheLastConnectionIsGone() throws Exception {
        ConnectionLimits.Lease lease = granted("alice");
        assertThat(limits.awaitNone(Duration.ofMillis(1))).isFalse();

        CompletableFuture<Boolean> gone = CompletableFuture.supplyAsync(() -> {
            try {
                return limits.awaitNone(Duration.ofSeconds(20));
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
        lease.close();

        assertThat(gone.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private ConnectionLimits.Lease granted(String client) {
        Outcome outcome = limits.acquire(client);
        assertThat(outcome).isInstanceOf(Outcome.Granted.class);
        return ((Outcome.Granted) outcome).lease();
    }
}

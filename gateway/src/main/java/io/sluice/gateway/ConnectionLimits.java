package io.sluice.gateway;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts open streaming connections, in all and per client, and refuses more than are allowed. Thread-safe; a handshake takes it once. */
final class ConnectionLimits {

    /** Whether a connection may be opened. */
    sealed interface Outcome {
        /** It may; to be closed when the connection ends. Closing twice counts once. */
        record Granted(Lease lease) implements Outcome {}

        /** The gateway holds {@code limit} connections, all it may. */
        record Full(int limit) implements Outcome {}

        /** This client holds {@code limit} connections, all it may. */
        record ClientFull(int limit) implements Outcome {}
    }

    private final int max;
    private final int maxPerClient;
    private final Map<String, Integer> perClient =
            new HashMap<>(); // guarded by this; entries go with the last connection
    private int open; // guarded by this

    ConnectionLimits(int max, int maxPerClient) {
        this.max = max;
        this.maxPerClient = maxPerClient;
    }

    /** @param client who connects; connections with the same text count together */
    synchronized Outcome acquire(String client) {
        if (open >= max) {
            return new Outcome.Full(max);
        }
        int mine = perClient.getOrDefault(client, 0);
        if (mine >= maxPerClient) {
            return new Outcome.ClientFull(maxPerClient);
        }
        perClient.put(client, mine + 1);
        open++;
        return new Outcome.Granted(new Lease(client));
    }

    /** Connections open or being opened now. */
    synchronized int open() {
        return open;
    }

    /** Waits until no connection is open; false if some still are after {@code atMost}. */
    synchronized boolean awaitNone(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (open > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    private synchronized void release(String client) {
        open--;
        perClient.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
        if (open == 0) {
            notifyAll();
        }
    }

    /** One connection's share. */
    final class Lease implements AutoCloseable {
        private final String client;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Lease(String client) {
            this.client = client;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                release(client);
            }
        }
    }
}

package io.sluice.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the TCP connections of those who have not shown anything yet: a connection counts from its beginning until a request on it is let in. More than allowed, in all or
 * from one address, are closed at once. Thread-safe. Metrics: {@code gateway.connections.unproven}, {@code gateway.connections.refused}.
 */
final class Doorstep {

    private final int max;
    private final int maxPerAddress;
    private final MeterRegistry meters;
    private final Map<HttpConnection, String> waiting = new HashMap<>(); // this and below: guarded by this
    private final Map<String, Integer> perAddress = new HashMap<>();

    Doorstep(int max, int maxPerAddress, MeterRegistry meters) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
        this.meters = meters;
        Gauge.builder("gateway.connections.unproven", this, Doorstep::size).register(meters);
    }

    /** Whether the connection may stay; to be told when it is {@link #left}. */
    synchronized boolean arrived(HttpConnection connection) {
        String address = String.valueOf(connection.remoteAddress().hostAddress());
        int same = perAddress.getOrDefault(address, 0);
        if (waiting.size() >= max || same >= maxPerAddress) {
            meters.counter("gateway.connections.refused").increment();
            return false;
        }
        waiting.put(connection, address);
        perAddress.put(address, same + 1);
        return true;
    }

    /** A request on it was let in; may be said again. */
    void proven(HttpConnection connection) {
        left(connection);
    }

    /** It is closed; harmless if it was proven. */
    synchronized void left(HttpConnection connection) {
        String address = waiting.remove(connection);
        if (address != null) {
            perAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    synchronized int size() {
        return waiting.size();
    }
}

package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.SharedResources;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests of the sources with one {@code source.id} that wait for a sink to answer them, by {@code messageId}. Bounded by the sources: a request
 * leaves with its answer, whoever gives it. Thread-safe.
 */
final class PendingReplies implements AutoCloseable {

    private record Pending(Exchange exchange, Intake into) {}

    private final Map<String, Pending> waiting = new ConcurrentHashMap<>();

    /** Joins the requests of a source id; sources and sinks may come in any order. */
    static SharedResources.Lease<PendingReplies> lease(SharedResources resources, String sourceId) {
        return resources.lease("http-service:" + sourceId, PendingReplies.class, PendingReplies::new);
    }

    void await(Exchange exchange, Intake into) {
        waiting.put(exchange.id(), new Pending(exchange, into));
    }

    void forget(String messageId) {
        waiting.remove(messageId);
    }

    /** Answers a request; false if none with the id waits any more. */
    boolean reply(String messageId, Reply reply) {
        Pending pending = waiting.get(messageId);
        return pending != null && pending.into().answer(pending.exchange(), reply);
    }

    @Override
    public void close() {
        waiting.clear();
    }
}

package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.SharedResources;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sources that take the answers to the requests of the sinks with one {@code sink.id}, by status. Thread-safe. */
final class CallResponses implements AutoCloseable {

    private final Map<String, HttpCallResponseSource> takers = new ConcurrentHashMap<>();

    /** Joins the takers of a sink id; sources and sinks may come in any order. */
    static SharedResources.Lease<CallResponses> lease(SharedResources resources, String sinkId) {
        return resources.lease("http-call:" + sinkId, CallResponses.class, CallResponses::new);
    }

    /** Adds a taker of the statuses that the expression matches; false if there is one with the same expression. */
    boolean add(String statuses, HttpCallResponseSource taker) {
        return takers.putIfAbsent(statuses, taker) == null;
    }

    void remove(String statuses, HttpCallResponseSource taker) {
        takers.remove(statuses, taker);
    }

    /** Who takes answers with the status; null if nobody does. */
    @Nullable
    HttpCallResponseSource of(int status) {
        String text = String.valueOf(status);
        for (Map.Entry<String, HttpCallResponseSource> taker : takers.entrySet()) {
            if (Pattern.matches(taker.getKey(), text)) {
                return taker.getValue();
            }
        }
        return null;
    }

    @Override
    public void close() {
        takers.clear();
    }
}

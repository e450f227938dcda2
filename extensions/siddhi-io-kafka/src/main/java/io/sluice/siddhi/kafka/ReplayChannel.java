package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.SharedResources;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The way from the sinks {@code kafka-replay-request} to the sources {@code kafka-replay-response} with the same {@code sink.id}. Thread-safe. */
final class ReplayChannel implements AutoCloseable {

    private final List<Receiver> receivers = new CopyOnWriteArrayList<>();

    /** A source that takes requests. */
    interface Receiver {
        /** Takes a request, at once; false if it has no room for it. */
        boolean take(ReplayRequest request);
    }

    /** What became of a request. */
    enum Result {
        TAKEN,
        /** No source is connected. */
        NOBODY,
        /** A source has too many requests waiting. */
        FULL
    }

    /** The channel of a {@code sink.id}, shared by all apps of the manager while somebody holds it. */
    static SharedResources.Lease<ReplayChannel> lease(SharedResources resources, String sinkId) {
        return resources.lease("kafka-replay:" + sinkId, ReplayChannel.class, ReplayChannel::new);
    }

    void join(Receiver receiver) {
        receivers.add(receiver);
    }

    void leave(Receiver receiver) {
        receivers.remove(receiver);
    }

    /** Gives a request to every source. */
    Result send(ReplayRequest request) {
        boolean full = false;
        int asked = 0;
        for (Receiver receiver : receivers) {
            asked++;
            full |= !receiver.take(request);
        }
        if (asked == 0) {
            return Result.NOBODY;
        }
        return full ? Result.FULL : Result.TAKEN;
    }

    @Override
    public void close() {
        receivers.clear();
    }
}

package io.sluice.siddhi.kit;

/**
 * A sink that returns from {@code publish} before the other end has the event. What a source has read may be committed outward only when everything
 * that became of it has left the process: the host asks here. Both numbers only grow, also over reconnects.
 */
public interface PendingOutput {
    /** How many events the sink was given. On the app's thread it covers all events processed so far. */
    long given();

    /**
     * How many of them, from the first on and without a gap, the other end has acknowledged, or the sink's {@code on.error} has taken. Any thread,
     * never blocks.
     */
    long settled();
}

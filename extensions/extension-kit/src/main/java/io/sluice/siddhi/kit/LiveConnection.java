package io.sluice.siddhi.kit;

/**
 * A source or sink that reconnects on its own, behind Siddhi's back: Siddhi counts it as connected from {@code connect} on, whatever became of it. The
 * host asks here for what {@code /health/ready} says.
 */
public interface LiveConnection {
    /** Whether events can flow at this moment. Any thread, never blocks. */
    boolean isLive();
}

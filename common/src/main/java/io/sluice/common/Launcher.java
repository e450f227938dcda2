package io.sluice.common;

import java.time.Duration;
import java.util.List;

/**
 * Starts services in order and stops them in reverse.
 *
 * <ol>
 *   <li>A service that fails to start closes those started before it; the process ends with {@link #EXIT_FAILED}.
 *   <li>SIGTERM and Ctrl-C stop in reverse order within the deadline, also in the middle of the start.
 * </ol>
 */
public final class Launcher {

    /** All went well. */
    public static final int EXIT_OK = 0;

    /** Findings, or a start that failed. */
    public static final int EXIT_FAILED = 1;

    /** Wrong usage or configuration. */
    public static final int EXIT_USAGE = 2;

    /**
     * Starts the services, calls {@code ready}, waits for a signal, and stops.
     *
     * @param services in start order
     * @param ready called once all have started
     * @param deadline how long the stop may take in all
     * @return the exit code
     */
    public int run(List<Service> services, Runnable ready, Duration deadline) {
        throw new IllegalStateException(services.toString() + ready + deadline);
    }
}

package io.sluice.common;

/**
 * Something long-lived that the {@link Launcher} starts and stops.
 *
 * <ol>
 *   <li>The constructor assigns and validates; it opens nothing.
 *   <li>{@link #start()} returns when the service is usable, or throws and leaves nothing open.
 *   <li>{@link #close()} is idempotent, ends in bounded time and undoes {@code start()}.
 * </ol>
 */
public interface Service extends AutoCloseable {
    /** The name used in messages and logs, for example {@code gateway}. */
    String name();

    /**
     * Opens threads and ports; blocks until they are usable. Called on the launcher's thread.
     *
     * @throws Exception with a message that says what could not be opened and what to do
     */
    void start() throws Exception;

    @Override
    void close();
}

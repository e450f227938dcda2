package io.sluice.siddhi.kit;

import org.jspecify.annotations.Nullable;

/**
 * Tells who handed an event over whether it failed. Siddhi catches what mappers, queries and tables throw, so an exception never reaches the source;
 * the error store, the host and the tables note it here instead, and whoever watches on the same thread finds it.
 *
 * <pre>{@code
 * try (var watch = notes.watch()) {
 *     listener.onEvent(payload, properties);
 *     if (watch.mapping() != null) { … refuse the payload … }
 * }
 * }</pre>
 *
 * <p>Thread-safe; every thread has its own notes. Where nobody watches, a note is forgotten. Watches may be nested, the innermost gets the notes.
 */
public final class FailureNotes {

    private final ThreadLocal<Watch> watching = new ThreadLocal<>();

    /** Starts to watch what the calling thread does; to be closed by the same thread. */
    public Watch watch() {
        Watch opened = new Watch(watching.get());
        watching.set(opened);
        return opened;
    }

    /** The payload that the calling thread maps cannot become events. */
    public void mappingFailed(Throwable reason) {
        Watch open = watching.get();
        if (open != null && open.mapping == null) {
            open.mapping = reason;
        }
    }

    /** What the calling thread processes has failed in a query or table: it must not count as taken. */
    public void processingFailed(Throwable reason) {
        Watch open = watching.get();
        if (open != null && open.processing == null) {
            open.processing = reason;
        }
    }

    /** The first failures of one thread between its begin and now. */
    public final class Watch implements AutoCloseable {
        private final @Nullable Watch outer;
        private @Nullable Throwable mapping;
        private @Nullable Throwable processing;

        private Watch(@Nullable Watch outer) {
            this.outer = outer;
        }

        /** Why a payload could not be mapped; null if none failed. */
        public @Nullable Throwable mapping() {
            return mapping;
        }

        /** What a query or table threw; null if all went well. */
        public @Nullable Throwable processing() {
            return processing;
        }

        @Override
        public void close() {
            if (outer == null) {
                watching.remove();
            } else {
                watching.set(outer);
            }
        }
    }
}

package io.sluice.runner.host;

/**
 * Something inside an app went wrong while it processed events. The app goes on; what it had in hands may be half applied.
 *
 * @param app the app's name
 * @param kind on which path it happened
 * @param where the query, stream or source, as far as it is known
 * @param cause what was thrown
 */
public record Failure(String app, Kind kind, String where, Throwable cause) {

    /** The path on which a failure happened. */
    public enum Kind {
        /** A query threw while it processed an event; the event goes where the stream's {@code @OnError} says. */
        QUERY,
        /** A query threw while a timer was due; what the window was about to emit is lost. */
        TIMER,
        /** A task of the owner thread threw: a trigger, a purge, an error on the way into the app. */
        TASK,
        /** A source threw when it was told its position. */
        POSITION,
        /** A batch was handed over but could not be processed; its position did not move. */
        BATCH,
        /** A checkpoint could not be taken or kept; a crash would repeat what came since the last good one. */
        CHECKPOINT
    }
}

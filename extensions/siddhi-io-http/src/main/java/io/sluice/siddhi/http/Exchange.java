package io.sluice.siddhi.http;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A payload on its way into the app, and whoever waits to hear what became of it. The first answer counts, later ones are ignored; it may be given
 * on any thread.
 */
final class Exchange {

    private final String payload;
    private final long bytes;
    private final @Nullable Object[] properties;
    private final String id;
    private final long deadline;
    private final Consumer<Reply> waiting;
    private final AtomicBoolean answered = new AtomicBoolean();

    /**
     * @param payload what the mapper gets
     * @param bytes its size on the wire
     * @param properties values of the {@code trp:} names that the app asks for; null where there is none
     * @param id names it within the source; may be empty
     * @param deadline in {@link System#nanoTime()}
     * @param waiting gets the answer, once, on any thread
     */
    Exchange(
            String payload,
            long bytes,
            @Nullable Object[] properties,
            String id,
            long deadline,
            Consumer<Reply> waiting) {
        this.payload = payload;
        this.bytes = bytes;
        this.properties = properties;
        this.id = id;
        this.deadline = deadline;
        this.waiting = waiting;
    }

    String payload() {
        return payload;
    }

    long bytes() {
        return bytes;
    }

    @Nullable
    Object[] properties() {
        return properties;
    }

    String id() {
        return id;
    }

    boolean isAnswered() {
        return answered.get();
    }

    boolean isLate(long nanoTime) {
        return nanoTime - deadline >= 0;
    }

    /** Marks the exchange as answered; true for the one caller that now has to {@link #send}. */
    boolean claim() {
        return answered.compareAndSet(false, true);
    }

    void send(Reply reply) {
        waiting.accept(reply);
    }
}

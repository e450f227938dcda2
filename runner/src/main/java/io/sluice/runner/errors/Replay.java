package io.sluice.runner.errors;

import io.siddhi.core.event.Event;
import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.sluice.runner.host.Reason;
import io.sluice.runner.host.Reentry;
import io.sluice.runner.host.SiddhiHost;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives entries back to their app, on its owner thread: a payload to the mapper that refused it, events to their stream or table, a message to the sink that
 * could not send it, and only to that.
 *
 * <ol>
 *   <li>An entry is removed only after it was processed. If the process dies between the two, it is processed again at the next replay.
 *   <li>An entry that fails again stays. One of which a part fails again is replaced by an entry of that part.
 *   <li>What fails elsewhere on the way is stored as a new entry, as ever.
 * </ol>
 *
 * <p>Thread-safe; the caller waits.
 */
public final class Replay {

    /** What became of one entry. */
    public sealed interface Outcome {}

    /**
     * It was processed and is removed.
     *
     * @param left how many parts of it failed again and are entries of their own now
     */
    public record Done(int left) implements Outcome {}

    /**
     * It stays.
     *
     * @param reason what is in the way, without any value
     */
    public record Failed(String reason) implements Outcome {}

    private final DurableErrorStore store;
    private final Function<String, Optional<SiddhiHost>> hosts;

    /**
     * @param hosts running apps by name
     */
    public Replay(DurableErrorStore store, Function<String, Optional<SiddhiHost>> hosts) {
        this.store = store;
        this.hosts = hosts;
    }

    /**
     * Replays one entry.
     *
     * @param edited another text for its payload or its events; null: as it was
     * @throws SQLException if the store cannot be reached; the entry may have been processed then, and stays
     * @throws InterruptedException if the app or the caller stops
     */
    public Outcome replay(long id, @Nullable String edited) throws SQLException, InterruptedException {
        Optional<StoredError> found = store.find(id);
        if (found.isEmpty()) {
            return new Failed("there is no entry " + id);
        }
        StoredError error = found.get();
        Optional<SiddhiHost> host = hosts.apply(error.app());
        if (host.isEmpty()) {
            return new Failed("app '" + error.app() + "' does not run; deploy it, then replay");
        }
        List<StoredError> again;
        try {
            StoredError changed = edited == null ? error : edit(error, edited);
            again = give(host.get(), changed);
        } catch (IllegalArgumentException impossible) {
            return new Failed(Reason.of(impossible));
        }
        if (again.size() == 1 && isWhole(error, edited, again.get(0))) {
            return new Failed("failed again: " + again.get(0).cause());
        }
        again.forEach(store::keep);
        store.discard(id);
        return new Done(again.size());
    }

    /** Whether its text can be edited. */
    static boolean isModifiable(StoredError error) {
        Payload payload = error.payload();
        return payload == null ? error.events() != null : payload.isText();
    }

    private static StoredError edit(StoredError error, String text) {
        Payload payload = error.payload();
        if (!isModifiable(error)) {
            throw new IllegalArgumentException("the payload of this entry is no text and cannot be edited");
        }
        return payload == null ? error.with(null, text) : error.with(payload.edited(text), error.events());
    }

    private List<StoredError> give(SiddhiHost host, StoredError error) throws InterruptedException {
        Reentry app = host.reentry();
        Reentry.Work work = work(app, error);
        try {
            List<StoredError> failures = host.ask(() -> {
                try (DurableErrorStore.Attempt attempt = store.attempt(error)) {
                    work.run();
                    return attempt.failures();
                }
            });
            app.awaitOutputs();
            return failures;
        } catch (InterruptedException | IllegalArgumentException passOn) {
            throw passOn;
        } catch (Exception thrown) {
            throw new IllegalArgumentException(Reason.of(thrown), thrown);
        }
    }

    private static Reentry.Work work(Reentry app, StoredError error) {
        return switch (error.occurrence()) {
            case BEFORE_SOURCE_MAPPING ->
                app.toSource(error.stream(), error.part(), value(error), PropertiesJson.read(error.properties()));
            case STORE_ON_SINK_ERROR ->
                app.toSink(
                        error.stream(),
                        error.part(),
                        value(error),
                        EventsJson.read(required(error.events()), app.attributes(error.stream()))[0]);
            case STORE_ON_STREAM_ERROR -> {
                Event[] events = EventsJson.read(required(error.events()), app.attributes(error.stream()));
                boolean one = error.eventType() == ErroneousEventType.EVENT && events.length == 1;
                yield app.toStream(error.stream(), one ? events[0] : events);
            }
            case STORE_ON_TABLE_ADD ->
                app.toTable(
                        error.stream(), EventsJson.read(required(error.events()), app.tableAttributes(error.stream())));
            case STORE_ON_TABLE_DELETE,
                    STORE_ON_TABLE_UPDATE,
                    STORE_ON_TABLE_UPDATE_OR_ADD,
                    STORE_ON_TABLE_FIND,
                    STORE_ON_TABLE_CONTAINS ->
                throw new IllegalArgumentException(
                        "what failed is a search or change under a condition of its query, which is not part of the entry;"
                                + " correct the table and discard the entry");
        };
    }

    private static Object value(StoredError error) {
        Payload payload = error.payload();
        Object value = payload == null ? null : payload.value();
        if (value == null) {
            throw new IllegalArgumentException("the payload was an object of which only a description was kept");
        }
        return value;
    }

    private static String required(@Nullable String events) {
        if (events == null) {
            throw new IllegalArgumentException("the entry holds no events, only a description");
        }
        return events;
    }

    /** An edited text that fails is as good as the entry, which stays: the author corrects it once more. */
    private static boolean isWhole(StoredError error, @Nullable String edited, StoredError again) {
        StoredError tried = edited == null ? error : edit(error, edited);
        return Objects.equals(tried.payload(), again.payload())
                && (tried.payload() != null || Objects.equals(tried.events(), again.events()));
    }
}

package io.sluice.gateway.stream;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.api.StreamingApi;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last events of a stream, numbered from 1 without a hole. Bounded by count, bytes and age; one event larger than the bound in bytes stays, alone. Writers
 * take a lock; readers take none, and learn from {@link #get} that they came too late.
 */
final class Journal {

    private final AtomicReferenceArray<@Nullable StreamEvent> slots;
    private final int capacity;
    private final long maxBytes;
    private final long maxAgeMillis;
    private final Clock clock;
    private final @Nullable JsonPointer key;
    private final Map<String, StreamEvent> newest = new HashMap<>(); // by key; this and the next: guarded by this
    private long bytes;
    private volatile long first = 1;
    private volatile long next = 1;

    /**
     * @param capacity events kept, 1 or more
     * @param key what makes a newer event replace an older one; null where nothing does
     */
    Journal(int capacity, StreamingApi.Replay bounds, @Nullable JsonPointer key, Clock clock) {
        this.capacity = capacity;
        this.slots = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(1, capacity - 1)) << 1);
        this.maxBytes = bounds.bytes().bytes();
        this.maxAgeMillis = bounds.age().toMillis();
        this.key = key;
        this.clock = clock;
    }

    /** The number of the oldest event kept, or {@link #next} where none is. */
    long first() {
        return first;
    }

    /** The number that the next event will get. */
    long next() {
        return next;
    }

    /** Events that it can hold. */
    int capacity() {
        return capacity;
    }

    /** Bytes of the payloads kept. */
    synchronized long bytes() {
        return bytes;
    }

    /** The event with this number, or null if it is no longer or not yet here. */
    @Nullable
    StreamEvent get(long number) {
        StreamEvent event = slots.get(slot(number));
        return event != null && event.number() == number ? event : null;
    }

    synchronized StreamEvent append(StreamEvent.Kind kind, byte[] payload) {
        StreamEvent event = new StreamEvent(next, clock.millis(), kind, payload);
        while (first < next && (next - first >= capacity || bytes + payload.length > maxBytes)) {
            evictOldest();
        }
        supersedeOlder(event);
        slots.set(slot(event.number()), event);
        bytes += payload.length;
        next = event.number() + 1;
        return event;
    }

    /** Lets go of what is too old. */
    synchronized void expire() {
        long oldest = clock.millis() - maxAgeMillis;
        for (StreamEvent event = get(first); event != null && event.atMillis() < oldest; event = get(first)) {
            evictOldest();
        }
    }

    /** The number of the first event kept that came at this instant or later; {@link #next} if none did. */
    long firstSince(long millis) {
        long number = first;
        StreamEvent event = get(number);
        while (number < next && (event == null || event.atMillis() < millis)) {
            number++;
            event = get(number);
        }
        return number;
    }

    private void evictOldest() {
        long number = first;
        StreamEvent oldest = slots.getAndSet(slot(number), null);
        if (oldest != null) {
            bytes -= oldest.payload().length;
            if (oldest.key() != null) {
                newest.remove(oldest.key(), oldest);
            }
        }
        first = number + 1;
    }

    private void supersedeOlder(StreamEvent event) {
        if (key == null) {
            return;
        }
        JsonNode value = event.json().at(key);
        if (!value.isMissingNode()) {
            event.key(value.toString());
            StreamEvent older = newest.put(value.toString(), event);
            if (older != null) {
                older.supersede();
            }
        }
    }

    private int slot(long number) {
        return (int) (number & (slots.length() - 1));
    }
}

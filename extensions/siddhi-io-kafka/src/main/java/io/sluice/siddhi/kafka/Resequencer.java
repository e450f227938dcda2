package io.sluice.siddhi.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts numbered items of several senders, which arrive on two ways, into the order of each sender's numbers, each number once.
 *
 * <ol>
 *   <li>An item whose predecessor was passed on is passed on at once.
 *   <li>An item after a gap waits for what is missing, at most for the patience, and while fewer items wait than the capacity. Then the gap is skipped.
 *   <li>What was skipped and comes after all is passed on late, out of order: better than to lose it.
 *   <li>A number that was passed on is a duplicate.
 * </ol>
 *
 * <p>Skipped numbers are remembered in at most 1000 ranges per sender; then the lowest range is forgotten, and what still comes of it is taken for
 * duplicates. Not thread-safe.
 *
 * @param <T> the items
 */
final class Resequencer<T> {

    /** Items that may wait. */
    static final int CAPACITY = 1_000;

    /** How long an item may wait. */
    static final Duration PATIENCE = Duration.ofMillis(10);

    private static final int MOST_RANGES = 1_000;

    /** What became of an offered item. */
    enum Outcome {
        /** Passed on in order. */
        PASSED,
        /** Waits for its predecessors. */
        WAITS,
        /** Passed on, but after items that should have come behind it. */
        LATE,
        /** Not passed on: its number was already, or waits. */
        DUPLICATE
    }

    /** Told of the gaps. */
    interface Gaps {
        /** So many numbers were waited for in vain. */
        void skipped(String sender, long numbers);

        /** So many skipped numbers are not waited for any more: if they come, they count as duplicates. */
        void forgotten(String sender, long numbers);
    }

    private final int capacity;
    private final long patience;
    private final LongSupplier nanos;
    private final Consumer<T> out;
    private final Gaps gaps;
    private final Map<String, Sender> senders = new HashMap<>();
    private final Set<Waiting> waiting = new LinkedHashSet<>(); // of all senders, in order of arrival

    Resequencer(int capacity, Duration patience, LongSupplier nanos, Consumer<T> out, Gaps gaps) {
        this.capacity = capacity;
        this.patience = patience.toNanos();
        this.nanos = nanos;
        this.out = out;
        this.gaps = gaps;
    }

    /** Takes an item; passes on this one, others that waited for it, or nothing. */
    Outcome offer(String senderId, long number, T item) {
        Sender sender = senders.computeIfAbsent(senderId, Sender::new);
        if (number <= sender.last) {
            if (!sender.missing.remove(number)) {
                return Outcome.DUPLICATE;
            }
            out.accept(item);
            return Outcome.LATE;
        }
        if (sender.waiting.containsKey(number)) {
            return Outcome.DUPLICATE;
        }
        if (sender.last < 0 && number == 1) {
            sender.skipTo(1); // senders begin with 1, or with 0
        }
        if (number == sender.last + 1) {
            out.accept(item);
            sender.last = number;
            sender.passOnSuccessors();
            return Outcome.PASSED;
        }
        if (waiting.size() >= capacity) {
            waiting.iterator().next().sender.skipGap();
            return offer(senderId, number, item);
        }
        Waiting entry = new Waiting(sender, item, nanos.getAsLong());
        sender.waiting.put(number, entry);
        waiting.add(entry);
        return Outcome.WAITS;
    }

    /** The item that waits under a number, or null. */
    @Nullable
    T waiting(String senderId, long number) {
        Sender sender = senders.get(senderId);
        Waiting entry = sender == null ? null : sender.waiting.get(number);
        return entry == null ? null : entry.item;
    }

    /** All items that wait, in order of arrival. */
    Collection<T> waiting() {
        List<T> items = new ArrayList<>();
        waiting.forEach(entry -> items.add(entry.item));
        return items;
    }

    /** Skips the gaps before items that have waited long enough. */
    void skipWhatIsDue() {
        while (!waiting.isEmpty() && left() <= 0) {
            waiting.iterator().next().sender.skipGap();
        }
    }

    /** When {@link #skipWhatIsDue} must be called next; null if nothing waits. */
    @Nullable
    Duration untilDue() {
        return waiting.isEmpty() ? null : Duration.ofNanos(Math.max(0, left()));
    }

    private long left() {
        return waiting.iterator().next().since + patience - nanos.getAsLong();
    }

    /** By sender: the last number, then first and last of each range that was skipped below it. Only serialisable standard types. */
    HashMap<String, ArrayList<Long>> numbers() {
        HashMap<String, ArrayList<Long>> numbers = new HashMap<>();
        senders.forEach((id, sender) -> {
            ArrayList<Long> parts = new ArrayList<>(List.of(sender.last));
            parts.addAll(sender.missing.bounds());
            numbers.put(id, parts);
        });
        return numbers;
    }

    /** Forgets everything and continues with these {@link #numbers}. */
    void continueAfter(Map<String, ? extends List<Long>> numbers) {
        waiting.clear();
        senders.clear();
        numbers.forEach((id, parts) -> {
            Sender sender = new Sender(id);
            sender.last = parts.get(0);
            for (int i = 1; i + 1 < parts.size(); i += 2) {
                sender.missing.add(parts.get(i), parts.get(i + 1));
            }
            senders.put(id, sender);
        });
    }

    /** An item behind a gap. Compared by identity. */
    private final class Waiting {
        private final Sender sender;
        private final T item;
        private final long since;

        private Waiting(Sender sender, T item, long since) {
            this.sender = sender;
            this.item = item;
            this.since = since;
        }
    }

    /** One sender's numbers. */
    private final class Sender {
        private final String id;
        private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
        private final NumberRanges missing = new NumberRanges();
        private long last = -1;

        private Sender(String id) {
            this.id = id;
        }

        /** Gives up on what is missing before the lowest item that waits. */
        private void skipGap() {
            long lowest = waiting.firstKey();
            gaps.skipped(id, lowest - last - 1);
            skipTo(lowest);
            passOnSuccessors();
        }

        private void skipTo(long number) {
            missing.add(last + 1, number - 1);
            last = number - 1;
            if (missing.size() > MOST_RANGES) {
                gaps.forgotten(id, missing.removeLowest());
            }
        }

        private void passOnSuccessors() {
            for (Waiting next = waiting.remove(last + 1); next != null; next = waiting.remove(last + 1)) {
                Resequencer.this.waiting.remove(next);
                out.accept(next.item);
                last++;
            }
        }
    }
}

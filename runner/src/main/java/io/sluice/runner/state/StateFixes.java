package io.sluice.runner.state;

import io.siddhi.core.event.stream.holder.SnapshotableStreamEventQueue;
import io.siddhi.core.util.snapshot.state.SnapshotStateList;
import io.siddhi.core.util.snapshot.state.State;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * State that the engine forgets to save, or restores wrongly, is read and written here, by the names of its fields in siddhi-core 5.1.30. All are looked up
 * when they are first needed, so that another version is refused at the first checkpoint.
 */
final class StateFixes {

    private static final String WINDOWS = "io.siddhi.core.query.processor.stream.window.";
    private static final String TIME_BATCH = WINDOWS + "TimeBatchWindowProcessor$WindowState";
    private static final String TIME_LENGTH = WINDOWS + "TimeLengthWindowProcessor$WindowState";
    private static final String FREQUENT = WINDOWS + "FrequentWindowProcessor$WindowState";
    private static final String LOSSY = WINDOWS + "LossyFrequentWindowProcessor$WindowState";
    private static final String LOSSY_COUNT = WINDOWS + "LossyFrequentWindowProcessor$LossyCount";
    private static final String SCHEDULER = "io.siddhi.core.util.Scheduler$SchedulerState";

    private StateFixes() {}

    /** What a state has to say about itself, with what the engine leaves out. */
    static @Nullable Map<String, Object> read(State state) {
        Map<String, Object> items = state.snapshot();
        switch (state.getClass().getName()) {
            case TIME_BATCH -> items.put("nextEmitTime", get(outer(state), "nextEmitTime"));
            case FREQUENT -> items.put("map", get(state, "map"));
            case LOSSY -> items.put("CountMap", numbers((Map<?, ?>) get(state, "countMap")));
            default -> {
                // the engine saves all of it
            }
        }
        return items;
    }

    /** Puts back what {@link #read} gave. */
    static void restore(State state, Map<String, Object> items) {
        switch (state.getClass().getName()) {
            case TIME_BATCH -> {
                state.restore(items);
                set(outer(state), "nextEmitTime", items.get("nextEmitTime"));
            }
            case TIME_LENGTH -> {
                queue(state).restore((SnapshotStateList) items.get("ExpiredEventQueue"));
                set(state, "count", items.get("Count"));
            }
            case FREQUENT -> {
                state.restore(items);
                set(state, "map", sameOrder((Map<?, ?>) items.get("map")));
                set(state, "countMap", sameOrder((Map<?, ?>) items.get("CountMap")));
            }
            case LOSSY -> {
                set(state, "countMap", counts((Map<?, ?>) items.get("CountMap"), outer(state)));
                set(state, "map", sameOrder((Map<?, ?>) items.get("Map")));
                set(state, "totalCount", items.get("TotalCount"));
                set(state, "currentBucketId", items.get("CurrentBucketId"));
            }
            default -> state.restore(items);
        }
    }

    /** A state that is thrown away must not fire its timer any more. */
    static void replaced(State state) {
        if (state.getClass().getName().equals(SCHEDULER) && get(state, "scheduledFuture") instanceof Future<?> timer) {
            timer.cancel(false);
        }
    }

    private static SnapshotableStreamEventQueue queue(State state) {
        Object queue = get(state, "expiredEventQueue");
        if (queue instanceof SnapshotableStreamEventQueue events) {
            return events;
        }
        throw new IllegalStateException("siddhi-core is not " + CheckpointHeader.ENGINE);
    }

    private static HashMap<String, int[]> numbers(@Nullable Map<?, ?> counts) {
        HashMap<String, int[]> numbers = new HashMap<>();
        if (counts != null) {
            counts.forEach((key, count) -> numbers.put(
                    (String) key, new int[] {(int) number(count, "count"), (int) number(count, "bucketId")}));
        }
        return numbers;
    }

    private static Object number(Object count, String field) {
        Object value = get(count, field);
        return value == null ? 0 : value;
    }

    private static ConcurrentHashMap<String, Object> counts(@Nullable Map<?, ?> numbers, Object window) {
        ConcurrentHashMap<String, Object> counts = new ConcurrentHashMap<>();
        if (numbers == null) {
            return counts;
        }
        try {
            Constructor<?> constructor = Class.forName(
                            LOSSY_COUNT, false, window.getClass().getClassLoader())
                    .getConstructor(window.getClass(), int.class, int.class);
            for (Map.Entry<?, ?> entry : numbers.entrySet()) {
                int[] pair = (int[]) entry.getValue();
                counts.put((String) entry.getKey(), constructor.newInstance(window, pair[0], pair[1]));
            }
            return counts;
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException unexpected) {
            throw PrivateField.unexpected(LOSSY_COUNT, unexpected);
        }
    }

    /** A map that Java deserialised is smaller than the one that grew, and goes through its keys in another order. */
    private static ConcurrentHashMap<Object, Object> sameOrder(@Nullable Map<?, ?> read) {
        ConcurrentHashMap<Object, Object> grown = new ConcurrentHashMap<>();
        if (read != null) {
            read.forEach(grown::put);
        }
        return grown;
    }

    private static Object outer(State state) {
        Object window = get(state, "this$0");
        if (window == null) {
            throw new IllegalStateException("siddhi-core is not " + CheckpointHeader.ENGINE);
        }
        return window;
    }

    private static @Nullable Object get(Object owner, String field) {
        return PrivateField.read(PrivateField.of(owner.getClass(), field), owner);
    }

    private static void set(Object owner, String name, @Nullable Object value) {
        Field field = PrivateField.of(owner.getClass(), name);
        PrivateField.write(field, owner, value);
    }
}

package io.sluice.runner.host;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiAppRuntimeImpl;
import io.siddhi.core.aggregation.AggregationRuntime;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.partition.PartitionRuntimeImpl;
import io.siddhi.core.stream.StreamJunction;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceMapper;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.table.Table;
import io.siddhi.core.util.Schedulable;
import io.siddhi.core.util.Scheduler;
import io.siddhi.core.util.extension.holder.ExternalReferencedHolder;
import io.siddhi.core.util.timestamp.TimestampGenerator;
import io.siddhi.core.util.timestamp.TimestampGeneratorImpl;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.window.Window;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The private fields of siddhi-core 5.1.30 that the host needs and that have no public way in. All are looked up when the first app is hosted, so
 * that another version of the engine is refused at once and not in the middle of the work.
 */
final class EngineFields {

    private static final String TIMER = "io.siddhi.core.util.Scheduler$EventCaller";
    private static final String PURGE = "io.siddhi.core.partition.PartitionRuntimeImpl$1";

    private final Class<?> timerClass = type(TIMER);
    private final Class<?> purgeClass = type(PURGE);
    private final Field timerScheduler = field(timerClass, "this$0");
    private final Field timerKey = field(timerClass, "key");
    private final Field purgePartition = field(purgeClass, "this$0");
    private final Field valve = field(Scheduler.class, "singleThreadEntryValve");
    private final Field queryName = field(Scheduler.class, "queryName");
    private final Field streams = field(SiddhiAppRuntimeImpl.class, "streamJunctionMap");
    private final Field partitions = field(SiddhiAppRuntimeImpl.class, "partitionMap");
    private final Field tables = field(SiddhiAppRuntimeImpl.class, "tableMap");
    private final Field windows = field(SiddhiAppRuntimeImpl.class, "windowMap");
    private final Field aggregations = field(SiddhiAppRuntimeImpl.class, "aggregationMap");
    private final Field onError = field(StreamJunction.class, "onErrorAction");
    private final Field parts = field(SiddhiAppContext.class, "externalReferencedHolders");
    private final Field eventTime = field(TimestampGeneratorImpl.class, "lastEventTimestamp");
    private final Field trpProperties = field(SourceMapper.class, "trpProperties");
    private final Field trpOptions = field(Sink.class, "trpDynamicOptions");
    private final Field sourceConnected = field(Source.class, "isConnected");

    /** The scheduler that a timer task belongs to; null for other tasks. */
    @Nullable
    Scheduler schedulerOf(Object task) {
        return timerClass.isInstance(task) ? (Scheduler) get(timerScheduler, task) : null;
    }

    /** The partition key that a timer task is for; null outside partitions. */
    @Nullable
    String keyOf(Object timerTask) {
        return (String) get(timerKey, timerTask);
    }

    /** The partition that a purge task cleans; null for other tasks. */
    @Nullable
    PartitionRuntimeImpl partitionOf(Object task) {
        return purgeClass.isInstance(task) ? (PartitionRuntimeImpl) get(purgePartition, task) : null;
    }

    /** What a scheduler sends its timer events to. */
    Schedulable valveOf(Scheduler scheduler) {
        return (Schedulable) require(get(valve, scheduler));
    }

    void valve(Scheduler scheduler, Schedulable target) {
        try {
            valve.set(scheduler, target);
        } catch (IllegalAccessException denied) {
            throw unknownEngine(valve.getName(), denied);
        }
    }

    /** The query that a scheduler serves. */
    String queryOf(Scheduler scheduler) {
        return String.valueOf(get(queryName, scheduler));
    }

    /** Sets the event time of an app with {@code @app:playback} without telling its timers. */
    void eventTime(TimestampGenerator clock, long time) {
        try {
            eventTime.setLong(clock, time);
        } catch (IllegalAccessException denied) {
            throw unknownEngine(eventTime.getName(), denied);
        }
    }

    /** Whether a source is connected now. */
    boolean connected(Source<?> source) {
        return ((AtomicBoolean) require(get(sourceConnected, source))).get();
    }

    /** The transport properties of the payload that the calling thread maps; null if it maps none, or one without. */
    Object @Nullable [] propertiesInHand(SourceMapper mapper) {
        return (Object[]) ((ThreadLocal<?>) require(get(trpProperties, mapper))).get();
    }

    /** The event behind the message that the calling thread gives to a sink. */
    @SuppressWarnings("unchecked") // as siddhi-core declares it
    ThreadLocal<DynamicOptions> optionsInHand(Sink<?> sink) {
        return (ThreadLocal<DynamicOptions>) require(get(trpOptions, sink));
    }

    /** All streams of an app, those that only exist because a query inserts into them and those inside partitions among them. */
    List<StreamJunction> streamsOf(SiddhiAppRuntime runtime) {
        List<StreamJunction> all = new ArrayList<>();
        add((Map<?, ?>) require(get(streams, runtime)), all);
        for (Object partition : ((Map<?, ?>) require(get(partitions, runtime))).values()) {
            add(((PartitionRuntimeImpl) partition).getLocalStreamJunctionMap(), all);
        }
        return all;
    }

    /** An app's tables by name; the live map. */
    @SuppressWarnings("unchecked") // as siddhi-core declares it
    Map<String, Table> tablesOf(SiddhiAppRuntime runtime) {
        return (Map<String, Table>) require(get(tables, runtime));
    }

    /** An app's named windows by name; the live map. */
    @SuppressWarnings("unchecked") // as siddhi-core declares it
    Map<String, Window> windowsOf(SiddhiAppRuntime runtime) {
        return (Map<String, Window>) require(get(windows, runtime));
    }

    /** An app's aggregations by name; the live map. */
    @SuppressWarnings("unchecked") // as siddhi-core declares it
    Map<String, AggregationRuntime> aggregationsOf(SiddhiAppRuntime runtime) {
        return (Map<String, AggregationRuntime>) require(get(aggregations, runtime));
    }

    /** Makes the streams without {@code @OnError} keep events that fail in the error store. */
    void storeErrors(SiddhiAppRuntime runtime) {
        for (StreamJunction stream : streamsOf(runtime)) {
            if (stream.getStreamDefinition().getAnnotations().stream()
                    .noneMatch(annotation -> annotation.getName().equalsIgnoreCase("OnError"))) {
                try {
                    onError.set(stream, StreamJunction.OnErrorAction.STORE);
                } catch (IllegalAccessException denied) {
                    throw unknownEngine(onError.getName(), denied);
                }
            }
        }
    }

    /** What Siddhi starts and stops with an app; the live list, for the public one is a copy. */
    @SuppressWarnings("unchecked") // as siddhi-core declares it
    List<ExternalReferencedHolder> partsOf(SiddhiAppContext app) {
        return (List<ExternalReferencedHolder>) require(get(parts, app));
    }

    private static void add(Map<?, ?> junctions, List<StreamJunction> all) {
        junctions.values().forEach(junction -> all.add((StreamJunction) junction));
    }

    private static Object require(@Nullable Object value) {
        if (value == null) {
            throw unknownEngine("a field that must not be null", null);
        }
        return value;
    }

    private static @Nullable Object get(Field field, Object owner) {
        try {
            return field.get(owner);
        } catch (IllegalAccessException denied) {
            throw unknownEngine(field.getName(), denied);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name, false, Scheduler.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw unknownEngine(name, missing);
        }
    }

    private static Field field(Class<?> owner, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException missing) {
            throw unknownEngine(owner.getName() + "." + name, missing);
        }
    }

    private static IllegalStateException unknownEngine(String what, @Nullable Throwable cause) {
        return new IllegalStateException("siddhi-core is not 5.1.30: '" + what + "' is not as expected", cause);
    }
}

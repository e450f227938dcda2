package io.sluice.siddhi.kit.testing;

import static org.awaitility.Awaitility.await;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.core.stream.output.sink.Sink;
import io.sluice.siddhi.kit.SharedResources;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;

/** One app with a stream {@code Contract (payload string)} on a manager of its own; closing it ends what it started. */
final class AppUnderTest implements AutoCloseable {

    /** A payload at which the app throws. */
    static final String POISON = "poison";

    /** Long enough for Siddhi's first retries, which come 5 s and another 10 s after a loss. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Set<String> PLATFORM_THREADS = Set.of(
            "CompletableFutureDelayScheduler",
            "Cleaner-",
            "Common-Cleaner",
            "Attach Listener",
            "process reaper",
            "globalEventExecutor");

    private final Set<Thread> threadsBefore =
            new HashSet<>(Thread.getAllStackTraces().keySet());
    private final SiddhiManager manager = new SiddhiManager();
    private final SiddhiAppRuntime runtime;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();

    /** Builds the app; nothing may happen outside until {@link #start}. */
    AppUnderTest(String annotation) {
        manager.setAttribute(SharedResources.ATTRIBUTE, SharedResources.of(manager));
        manager.setExtension("sourceMapper:payload", PayloadSourceMapper.class);
        manager.setExtension("sinkMapper:payload", PayloadSinkMapper.class);
        runtime = manager.createSiddhiAppRuntime(
                "@app:name('ContractApp') " + annotation + " define stream Contract (payload string);");
        runtime.addCallback("Contract", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                entered.addAndGet(events.length);
                try {
                    take(events);
                } finally {
                    left.addAndGet(events.length);
                }
            }
        });
    }

    private void take(Event[] events) {
        for (Event event : events) {
            String payload = String.valueOf(event.getData()[0]);
            if (payload.equals(POISON)) {
                throw new IllegalStateException("the app fails on purpose");
            }
            received.add(payload);
        }
    }

    AppUnderTest start() {
        runtime.start();
        return this;
    }

    /** Whether Siddhi still knows the app: it forgets one whose start failed. */
    boolean alive() {
        return manager.getSiddhiAppRuntime("ContractApp") != null;
    }

    InputHandler input() {
        return runtime.getInputHandler("Contract");
    }

    Source<?> source() {
        return runtime.getSources().iterator().next().get(0);
    }

    Sink<?> sink() {
        return runtime.getSinks().iterator().next().get(0);
    }

    /** What went through the app, oldest first. */
    List<String> received() {
        return List.copyOf(received);
    }

    /** Events that the app began with and has not finished. */
    int inFlight() {
        return entered.get() - left.get();
    }

    int seen() {
        return entered.get();
    }

    /** Threads begun since the app was built, other than the platform's, that the predicate counts. */
    List<String> threads(Predicate<Thread> counts) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !threadsBefore.contains(thread))
                .filter(thread -> PLATFORM_THREADS.stream().noneMatch(thread.getName()::startsWith))
                .filter(counts)
                .map(Thread::getName)
                .collect(Collectors.toList());
    }

    static ConditionFactory eventually() {
        return await().pollInSameThread().pollInterval(Duration.ofMillis(50)).atMost(PATIENCE);
    }

    @Override
    public void close() {
        manager.shutdown();
        if (manager.getAttributes().get(SharedResources.ATTRIBUTE) instanceof SharedResources resources) {
            resources.close();
        }
    }
}

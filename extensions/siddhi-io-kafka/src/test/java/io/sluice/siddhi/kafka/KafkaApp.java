package io.sluice.siddhi.kafka;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.output.StreamCallback;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.SourceHost;
import io.sluice.siddhi.kit.testing.CapturedErrors;
import io.sluice.siddhi.kit.testing.PayloadSinkMapper;
import io.sluice.siddhi.kit.testing.PayloadSourceMapper;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.awaitility.core.ConditionFactory;

/** An app with a stream {@code Events}, on a manager of its own. */
final class KafkaApp implements AutoCloseable {

    private final SiddhiManager manager = new SiddhiManager();
    private final CapturedErrors errors = new CapturedErrors();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx();
    private final SiddhiAppRuntime runtime;
    private final List<List<Object>> received = Collections.synchronizedList(new ArrayList<>());
    private volatile Semaphore gate = new Semaphore(Integer.MAX_VALUE / 2);

    KafkaApp(String definition) {
        this(definition, SourceHost.DIRECT);
    }

    KafkaApp(String definition, SourceHost host) {
        manager.setErrorStore(errors);
        manager.setExtension("sourceMapper:payload", PayloadSourceMapper.class);
        manager.setExtension("sinkMapper:payload", PayloadSinkMapper.class);
        manager.setAttribute(SharedResources.ATTRIBUTE, new SharedResources(vertx, meters, Clock.systemUTC(), host));
        try {
            runtime = manager.createSiddhiAppRuntime("@app:name('Kafka') " + definition);
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
        runtime.addCallback("Events", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                for (Event event : events) {
                    gate.acquireUninterruptibly();
                    received.add(List.of(event.getData()));
                }
            }
        });
    }

    KafkaApp start() {
        runtime.start();
        return this;
    }

    /** From now on the app blocks at its next event, until {@link #unblock}. */
    void block() {
        gate = new Semaphore(0);
    }

    void unblock() {
        gate.release(Integer.MAX_VALUE / 2);
    }

    boolean blocked() {
        return gate.hasQueuedThreads();
    }

    SiddhiAppRuntime runtime() {
        return runtime;
    }

    Source<?> source() {
        return runtime.getSources().iterator().next().get(0);
    }

    void send(Object... values) throws InterruptedException {
        runtime.getInputHandler("Events").send(values);
    }

    /** All attributes of what went through, oldest first. */
    List<List<Object>> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    /** The first attribute of what went through, oldest first. */
    List<String> payloads() {
        return received().stream().map(values -> String.valueOf(values.get(0))).toList();
    }

    CapturedErrors errors() {
        return errors;
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    /** Events dropped so far; the meter comes into being with the first. */
    double dropped(String reason) {
        Counter counter =
                meters.find("runner.events.dropped").tag("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }

    MeterRegistry meters() {
        return meters;
    }

    static ConditionFactory eventually() {
        return await().pollInSameThread().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        unblock();
        manager.shutdown();
        vertx.close();
    }
}

package io.sluice.runner.host;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.query.compiler.SiddhiCompiler;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a test of the host needs around it: a manager with the test extensions, a place for failures, and an end for all of it. */
final class Bench implements AutoCloseable {

    final SiddhiManager manager = new SiddhiManager();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<Failure> failures = new CopyOnWriteArrayList<>();
    HostLimits limits = new HostLimits(64, 4);
    InstantSource wall = InstantSource.system();
    private final Vertx vertx = Vertx.vertx();
    private final List<SiddhiHost> hosts = new ArrayList<>();

    Bench() {
        manager.setAttribute(
                SharedResources.ATTRIBUTE, new SharedResources(vertx, meters, Clock.systemUTC(), new LaneSources()));
        TestExtensions.addTo(manager);
    }

    SiddhiHost host(String name, String app) {
        SiddhiHost host = SiddhiHost.create(
                manager,
                SiddhiCompiler.parse("@App:name('" + name + "') " + app),
                name,
                new SiddhiHost.Environment(limits, wall, meters, failures::add, Durability.IMMEDIATE));
        hosts.add(host);
        return host;
    }

    PushSource source(String id) {
        return PushSource.of(manager.getAttributes(), id);
    }

    GateSink gate() {
        return (GateSink) manager.getAttributes().get("gate");
    }

    /** Collects what a stream carries, and the threads that brought it. */
    static Collected collect(SiddhiHost host, String stream) {
        Collected collected = new Collected();
        host.addCallback(stream, collected);
        return collected;
    }

    @Override
    public void close() {
        hosts.forEach(host -> host.close(Duration.ofSeconds(2)));
        manager.shutdown();
        vertx.close();
    }

    static final class Collected extends StreamCallback {
        final List<Object[]> rows = new CopyOnWriteArrayList<>();
        final List<String> threads = new CopyOnWriteArrayList<>();
        volatile int arrays;
        volatile int count;

        @Override
        public void receive(Event[] events) {
            String thread = Thread.currentThread().getName();
            if (!threads.contains(thread)) {
                threads.add(thread);
            }
            arrays++;
            count += events.length;
            if (rows.size() < 1000) {
                for (Event event : events) {
                    rows.add(event.getData());
                }
            }
        }

        List<Object> column(int index) {
            return rows.stream().map(row -> row[index]).toList();
        }
    }
}

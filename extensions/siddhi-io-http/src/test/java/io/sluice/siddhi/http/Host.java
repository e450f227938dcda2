package io.sluice.siddhi.http;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.InMemoryConfigManager;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.SourceHost;
import io.sluice.siddhi.kit.testing.CapturedErrors;
import io.sluice.siddhi.kit.testing.PayloadSinkMapper;
import io.sluice.siddhi.kit.testing.PayloadSourceMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A Siddhi manager with its shared resources, as a runner has one. */
final class Host implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SiddhiManager manager = new SiddhiManager();
    private final SharedResources resources =
            new SharedResources(vertx, meters, Clock.systemUTC(), SourceHost.of(manager));
    private final CapturedErrors errors = new CapturedErrors(resources.failures());

    Host() {
        manager.setAttribute(SharedResources.ATTRIBUTE, resources);
        manager.setErrorStore(errors);
        manager.setExtension("sourceMapper:payload", PayloadSourceMapper.class);
        manager.setExtension("test:boom", BoomFunction.class);
        manager.setExtension("sinkMapper:payload", PayloadSinkMapper.class);
    }

    /** Values of the deployment configuration, under keys {@code namespace.name.key}. */
    void configure(Map<String, String> values) {
        manager.setConfigManager(new InMemoryConfigManager(values, Map.of(), Map.of()));
    }

    SiddhiAppRuntime build(String name, String streams) {
        return manager.createSiddhiAppRuntime("@app:name('" + name + "') " + streams);
    }

    SiddhiAppRuntime start(String name, String streams) {
        SiddhiAppRuntime app = build(name, streams);
        app.start();
        return app;
    }

    /** Whether Siddhi still knows the app: it forgets one whose start failed. */
    boolean runs(String name) {
        return manager.getSiddhiAppRuntime(name) != null;
    }

    SharedResources resources() {
        return resources;
    }

    CapturedErrors errors() {
        return errors;
    }

    double counter(String name, String... tags) {
        return meters.find(name).tags(tags).counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    static Sink<?> sink(SiddhiAppRuntime app) {
        return app.getSinks().iterator().next().get(0);
    }

    static Source<?> source(SiddhiAppRuntime app) {
        return app.getSources().iterator().next().get(0);
    }

    /** What goes through a stream from now on, one row per event. */
    static List<List<Object>> rows(SiddhiAppRuntime app, String stream) {
        List<List<Object>> seen = new CopyOnWriteArrayList<>();
        each(app, stream, row -> seen.add(row));
        return seen;
    }

    /** Calls back for every event of a stream, on the thread that processes it. */
    static void each(SiddhiAppRuntime app, String stream, Consumer<List<Object>> action) {
        app.addCallback(stream, new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                for (Event event : events) {
                    action.accept(Arrays.asList(event.getData().clone()));
                }
            }
        });
    }

    static ConditionFactory eventually() {
        return Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(20));
    }

    /** For tests that must know the port before the app runs. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException trouble) {
            throw new AssertionError(trouble);
        }
    }

    @Override
    public void close() {
        manager.shutdown();
        resources.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

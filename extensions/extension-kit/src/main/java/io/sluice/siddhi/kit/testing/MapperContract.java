package io.sluice.siddhi.kit.testing;

import static io.sluice.siddhi.kit.testing.AppUnderTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.core.util.transport.InMemoryBroker;
import io.sluice.siddhi.kit.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pair of source mapper and sink mapper promises: what one writes the other reads, for every type; what does not fit is never lost. */
public abstract class MapperContract {

    private static final String ATTRIBUTES = "(text string, i int, l long, f float, d double, b bool)";

    private final SiddhiManager manager = new SiddhiManager();
    private final CapturedErrors errors = new CapturedErrors();
    private final List<Object[]> received = new CopyOnWriteArrayList<>();
    private final String topic = UUID.randomUUID().toString();

    /** The type of the mapper with its options, for example {@code type='json'}. */
    protected abstract String mapping();

    /** Options of the sink mapper by which a null value survives the way out and in; none by default. */
    protected String nullKeepingSinkMapping() {
        return mapping();
    }

    /** A payload that no stream can accept. */
    protected abstract Object brokenPayload();

    @AfterEach
    void close() {
        manager.shutdown();
    }

    @Test
    void readsWhatItWroteForEveryType() throws Exception {
        SiddhiAppRuntime app = start(mapping(), mapping());
        Object[] ordinary = {"Grüße \"to\" \\ all\n\u0000\uD83D\uDE00", 1, 2L, 1.5f, 2.5, true};
        Object[] extreme = {"", Integer.MIN_VALUE, Long.MIN_VALUE, Float.MAX_VALUE, Double.MIN_VALUE, false};

        app.getInputHandler("Out").send(ordinary);
        app.getInputHandler("Out").send(extreme);

        assertThat(received).containsExactly(ordinary, extreme);
        assertThat(errors.events()).isEmpty();
    }

    @Test
    void readsEveryEventOfABatch() throws Exception {
        SiddhiAppRuntime app = start(mapping(), mapping());
        Event[] batch = IntStream.range(0, 50)
                .mapToObj(i -> new Event(i, new Object[] {"n" + i, i, (long) i, i / 2f, i / 4.0, i % 2 == 0}))
                .toArray(Event[]::new);

        app.getInputHandler("Out").send(batch);

        assertThat(received).hasSize(50);
        assertThat(received.get(49)).containsExactly("n49", 49, 49L, 24.5f, 12.25, false);
    }

    @Test
    void keepsNulls() throws Exception {
        SiddhiAppRuntime app = start(mapping(), nullKeepingSinkMapping());

        app.getInputHandler("Out").send(new Object[] {null, null, null, null, null, null});

        assertThat(received).containsExactly(new Object[] {null, null, null, null, null, null});
    }

    @Test
    void putsABrokenPayloadIntoTheErrorStoreAndGoesOn() throws Exception {
        SiddhiAppRuntime app = start(mapping(), mapping());

        InMemoryBroker.publish(topic, brokenPayload());
        app.getInputHandler("Out").send(new Object[] {"next", 1, 1L, 1f, 1.0, true});

        assertThat(errors.events()).hasSize(1);
        assertThat(errors.events().get(0).getOriginalPayload()).isEqualTo(brokenPayload());
        assertThat(errors.events().get(0).getCause()).isNotBlank();
        assertThat(received).hasSize(1);
    }

    @Test
    void namesAnUnknownOptionAndLoadsAllTheSame() {
        try (CapturedLog log = new CapturedLog(Options.class)) {
            start(mapping() + ", no.such.option='x'", mapping() + ", no.such.option='x'");

            assertThat(log.lines().stream().filter(line -> line.contains("'no.such.option'")))
                    .as("one warning of each mapper")
                    .hasSize(2);
        }
    }

    @Test
    void servesSeveralThreadsAtTheSameTime() throws Exception {
        SiddhiAppRuntime app = start(mapping(), mapping());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "thread" + t;
            threads.add(new Thread(() -> sendMany(app, name)));
        }

        threads.forEach(Thread::start);

        eventually().until(() -> received.size() == 4 * 500);
        assertThat(received).allSatisfy(event -> assertThat(event[0]).isEqualTo(name(event) + ":" + event[1]));
        assertThat(errors.events()).isEmpty();
    }

    private static String name(Object[] event) {
        return "thread" + (Long) event[2];
    }

    private static void sendMany(SiddhiAppRuntime app, String name) {
        long number = Long.parseLong(name.substring("thread".length()));
        try {
            for (int i = 0; i < 500; i++) {
                app.getInputHandler("Out").send(new Object[] {name + ":" + i, i, number, 1f, 1.0, true});
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private SiddhiAppRuntime start(String sourceMapping, String sinkMapping) {
        manager.setErrorStore(errors);
        SiddhiAppRuntime app = manager.createSiddhiAppRuntime(
                """
                @sink(type='inMemory', topic='%s', @map(%s)) define stream Out %s;
                @source(type='inMemory', topic='%s', @map(%s)) define stream In %s;
                """.formatted(topic, sinkMapping, ATTRIBUTES, topic, sourceMapping, ATTRIBUTES));
        app.addCallback("In", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                for (Event event : events) {
                    received.add(event.getData().clone());
                }
            }
        });
        app.start();
        return app;
    }
}

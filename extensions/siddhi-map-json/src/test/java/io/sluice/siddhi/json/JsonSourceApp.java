package io.sluice.siddhi.json;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.sluice.siddhi.kit.testing.CapturedErrors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An app with one JSON source, fed by hand: {@code new JsonSourceApp("name string, amount double", "")}. */
final class JsonSourceApp implements AutoCloseable {

    private final SiddhiManager manager = new SiddhiManager();
    private final CapturedErrors errors = new CapturedErrors();
    private final List<List<Object>> events = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();
    private final SiddhiAppRuntime runtime;

    /** @param options what follows {@code type='json'} in the annotation */
    JsonSourceApp(String attributes, String options) {
        manager.setErrorStore(errors);
        runtime = manager.createSiddhiAppRuntime("@source(type='inMemory', topic='unused', @map(type='json'" + options
                + ")) define stream In (" + attributes + ");");
        runtime.addCallback("In", new StreamCallback() {
            @Override
            public void receive(Event[] received) {
                batches.add(received.length);
                for (Event event : received) {
                    events.add(Arrays.asList(event.getData().clone()));
                }
            }
        });
        runtime.start();
    }

    JsonSourceApp give(Object payload, Object... transportProperties) {
        runtime.getSources().iterator().next().get(0).getMapper().onEvent(payload, transportProperties);
        return this;
    }

    List<List<Object>> events() {
        return events;
    }

    /** Sizes of the arrays in which the events went through the stream. */
    List<Integer> batches() {
        return batches;
    }

    List<ErroneousEvent> errors() {
        return errors.events();
    }

    List<String> reasons() {
        return errors.events().stream().map(ErroneousEvent::getCause).toList();
    }

    @Override
    public void close() {
        manager.shutdown();
    }
}

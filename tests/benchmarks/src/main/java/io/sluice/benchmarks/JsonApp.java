package io.sluice.benchmarks;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.stream.input.source.SourceMapper;
import io.siddhi.core.stream.output.sink.SinkMapper;
import org.jspecify.annotations.Nullable;

/** One app between a source mapper and a sink mapper. */
final class JsonApp implements AutoCloseable {

    /** Stands in until there is an app. */
    static final JsonApp NONE = new JsonApp(null, null, null);

    private final @Nullable SiddhiManager manager;
    private final @Nullable SourceMapper in;
    private final @Nullable LastPayloadSink out;

    private JsonApp(@Nullable SiddhiManager manager, @Nullable SourceMapper in, @Nullable LastPayloadSink out) {
        this.manager = manager;
        this.in = in;
        this.out = out;
    }

    static JsonApp with(SampleEvents events, Class<? extends SourceMapper> source, Class<? extends SinkMapper> sink) {
        SiddhiManager manager = new SiddhiManager();
        manager.setExtension("sourceMapper:json", source);
        manager.setExtension("sinkMapper:json", sink);
        manager.setExtension("sink:benchmark", LastPayloadSink.class);
        SiddhiAppRuntime app = manager.createSiddhiAppRuntime(events.app());
        app.start();
        return new JsonApp(manager, app.getSources().iterator().next().get(0).getMapper(), (LastPayloadSink)
                app.getSinks().iterator().next().get(0));
    }

    /** Takes one document through the app and gives the last that came out, of this document or an earlier one. */
    @Nullable
    Object give(Object payload) {
        if (in == null || out == null) {
            throw new IllegalStateException("not started");
        }
        in.onEvent(payload, (Object[]) null);
        return out.last();
    }

    int published() {
        return out == null ? 0 : out.published();
    }

    @Override
    public void close() {
        if (manager != null) {
            manager.shutdown();
        }
    }
}

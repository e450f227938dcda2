package io.sluice.runner.host;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.extension.holder.ExternalReferencedHolder;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.PositionListener;
import io.sluice.siddhi.kit.SharedResources;
import java.util.Map;

/** A source that a test drives: it pushes what it is told, with or without batches, and refuses to connect if asked to. */
@Extension(
        namespace = "source",
        name = "push",
        description = "for tests",
        examples = @Example(syntax = "@source(type='push', id='a')", description = "for tests"))
public final class PushSource extends Source<State> {

    private SourceEventListener listener;
    private SiddhiAppContext app;
    private String refuse;
    private String stream;

    /** The source that the app under test made, found in the attributes of its manager. */
    static PushSource of(Map<String, Object> attributes, String id) {
        return (PushSource) attributes.get("push:" + id);
    }

    BatchScope open(PositionListener positions) {
        return SharedResources.of(app).host().open(app, stream, positions);
    }

    void push(Object... data) {
        listener.onEvent(new Event(-1, data), new Object[0]);
    }

    void pushArray(Event[] events) {
        listener.onEvent(events, new Object[0]);
    }

    @Override
    public StateFactory<State> init(
            SourceEventListener listener,
            OptionHolder options,
            String[] properties,
            ConfigReader config,
            SiddhiAppContext context) {
        this.listener = listener;
        this.app = context;
        this.stream = listener.getStreamDefinition().getId();
        this.refuse = options.validateAndGetStaticValue("refuse", "");
        String broken = options.validateAndGetStaticValue("broken.part", "");
        if (!broken.isEmpty()) {
            context.addEternalReferencedHolder(new BrokenPart(broken));
        }
        context.getAttributes().put("push:" + options.validateAndGetStaticValue("id", stream), this);
        return null;
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {Event.class, Event[].class};
    }

    @Override
    public void connect(ConnectionCallback callback, State state) {
        if (!refuse.isEmpty()) {
            throw new IllegalStateException(refuse);
        }
    }

    @Override
    public void disconnect() {}

    @Override
    public void destroy() {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }

    /** Something that Siddhi starts with the app, and that does not start. */
    private record BrokenPart(String why) implements ExternalReferencedHolder {
        @Override
        public void start() {
            throw new IllegalStateException(why);
        }

        @Override
        public void stop() {}
    }
}

package io.sluice.runner.host;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.LiveConnection;
import io.sluice.siddhi.kit.PendingOutput;
import io.sluice.siddhi.kit.SharedResources;
import java.util.concurrent.atomic.AtomicLong;

/** A sink that takes events at once and delivers them when the test says so. */
@Extension(
        namespace = "sink",
        name = "later",
        description = "for tests",
        examples = @Example(syntax = "@sink(type='later')", description = "for tests"))
public final class LaterSink extends Sink<State> implements PendingOutput, LiveConnection {

    private final AtomicLong given = new AtomicLong();
    private volatile long settled;
    private volatile boolean live = true;

    void deliver(long number) {
        settled = number;
    }

    void live(boolean now) {
        live = now;
    }

    @Override
    public long given() {
        return given.get();
    }

    @Override
    public long settled() {
        return settled;
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {Event.class, Event[].class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    protected StateFactory<State> init(
            StreamDefinition stream, OptionHolder options, ConfigReader config, SiddhiAppContext context) {
        context.getAttributes().put("later", this);
        SharedResources.of(context).host().await(context, this);
        return null;
    }

    @Override
    public void publish(Object payload, DynamicOptions options, State state) {
        given.incrementAndGet();
    }

    @Override
    public void connect() {}

    @Override
    public void disconnect() {}

    @Override
    public void destroy() {}

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}

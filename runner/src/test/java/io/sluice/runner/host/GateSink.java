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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A sink that lets nothing pass until a test opens it, and remembers what passed. */
@Extension(
        namespace = "sink",
        name = "gate",
        description = "for tests",
        examples = @Example(syntax = "@sink(type='gate')", description = "for tests"))
public final class GateSink extends Sink<State> {

    private final List<Object> passed = new CopyOnWriteArrayList<>();
    private final CountDownLatch open = new CountDownLatch(1);

    void open() {
        open.countDown();
    }

    List<Object> passed() {
        return passed;
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
        context.getAttributes().put("gate", this);
        return null;
    }

    @Override
    public void publish(Object payload, DynamicOptions options, State state) {
        try {
            open.await();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
        passed.add(((Event) payload).getData(0));
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

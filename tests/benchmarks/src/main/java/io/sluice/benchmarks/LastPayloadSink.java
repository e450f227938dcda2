package io.sluice.benchmarks;

import io.siddhi.annotation.Extension;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import org.jspecify.annotations.Nullable;

/** The cheapest sink there is: remembers the last payload. */
@Extension(name = "benchmark", namespace = "sink", description = "Remembers the last payload.")
public final class LastPayloadSink extends Sink<State> {

    private @Nullable Object last;
    private int published;

    /** For Siddhi. */
    public LastPayloadSink() {}

    @Nullable
    Object last() {
        return last;
    }

    int published() {
        return published;
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    protected @Nullable StateFactory<State> init(
            StreamDefinition stream, OptionHolder options, ConfigReader system, SiddhiAppContext app) {
        return null;
    }

    @Override
    public void publish(Object payload, DynamicOptions options, @Nullable State state) {
        last = payload;
        published++;
    }

    @Override
    public void connect() {
        // nowhere to connect to
    }

    @Override
    public void disconnect() {
        // nothing was connected
    }

    @Override
    public void destroy() {
        // nothing is held
    }

    @Override
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}

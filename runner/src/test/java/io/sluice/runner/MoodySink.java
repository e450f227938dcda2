package io.sluice.runner;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A sink for tests that has nobody at the other end for as long as the system property {@code moody} is {@code down}. */
@Extension(
        namespace = "sink",
        name = "moody",
        description = "for tests",
        examples = @Example(syntax = "@sink(type='moody', to='{{v}}')", description = "for tests"))
public final class MoodySink extends Sink<State> {

    static final String MOOD = "moody";
    static final List<String> SENT = new CopyOnWriteArrayList<>();

    private OptionHolder options;

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class, byte[].class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[] {"to"};
    }

    @Override
    protected StateFactory<State> init(
            StreamDefinition stream, OptionHolder given, ConfigReader config, SiddhiAppContext context) {
        options = given;
        return null;
    }

    @Override
    public void publish(Object payload, DynamicOptions dynamic, State state) throws ConnectionUnavailableException {
        connect();
        String text = payload instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : payload.toString();
        SENT.add(options.validateAndGetOption("to").getValue(dynamic) + ":" + text);
    }

    @Override
    public void connect() throws ConnectionUnavailableException {
        if ("down".equals(System.getProperty(MOOD))) {
            throw new ConnectionUnavailableException("nobody there");
        }
    }

    @Override
    public void disconnect() {}

    @Override
    public void destroy() {}

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}

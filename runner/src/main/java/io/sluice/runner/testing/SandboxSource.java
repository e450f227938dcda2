package io.sluice.runner.testing;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands in for any source: what a case gives it goes through the app's own mapper. */
@Extension(
        namespace = "source",
        name = SandboxSource.TYPE,
        description = "Takes payloads from a test case.",
        parameters =
                @Parameter(
                        name = "in.place.of",
                        type = DataType.STRING,
                        optional = true,
                        defaultValue = "",
                        description = "The type of the source in the app."),
        examples = @Example(syntax = "@source(type='sandbox')", description = "Put into apps under test."))
public final class SandboxSource extends Source<State> {

    static final String TYPE = "sandbox";

    private @Nullable SourceEventListener listener;
    private List<String> wanted = List.of();

    /** For Siddhi. */
    public SandboxSource() {}

    @Override
    public @Nullable StateFactory<State> init(
            SourceEventListener app,
            OptionHolder options,
            String[] properties,
            ConfigReader config,
            SiddhiAppContext context) {
        listener = app;
        wanted = List.copyOf(Arrays.asList(properties));
        return null;
    }

    /**
     * Gives a payload to the mapper; returns when the app has processed it.
     *
     * @throws CaseFailure if the app wants transport properties that are not given
     */
    void push(String payload, Map<String, String> properties) {
        List<String> missing =
                wanted.stream().filter(name -> !properties.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new CaseFailure("the app reads "
                    + missing.stream().map(name -> "trp:" + name).toList()
                    + " of its source; write {payload: '...', trp: {" + missing.get(0) + ": ...}}");
        }
        if (listener == null) {
            throw new IllegalStateException("used before init");
        }
        listener.onEvent(payload, wanted.stream().map(properties::get).toArray());
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class, byte[].class, Map.class};
    }

    @Override
    public void connect(ConnectionCallback callback, State state) {
        // there is nobody outside
    }

    @Override
    public void disconnect() {
        // there is nobody outside
    }

    @Override
    public void destroy() {
        // holds nothing
    }

    @Override
    public void pause() {
        // the case waits for each payload
    }

    @Override
    public void resume() {
        // the case waits for each payload
    }

    @Override
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}

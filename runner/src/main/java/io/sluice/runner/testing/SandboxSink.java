package io.sluice.runner.testing;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands in for any sink: keeps what the app's own mapper wrote. */
@Extension(
        namespace = "sink",
        name = SandboxSink.TYPE,
        description = "Keeps payloads for a test case.",
        parameters =
                @Parameter(
                        name = "in.place.of",
                        type = DataType.STRING,
                        optional = true,
                        defaultValue = "",
                        description = "The type of the sink in the app."),
        examples = @Example(syntax = "@sink(type='sandbox')", description = "Put into apps under test."))
public final class SandboxSink extends Sink<State> {

    static final String TYPE = "sandbox";

    private final List<String> payloads = new ArrayList<>(); // guarded by this
    private String inPlaceOf = "";

    /** For Siddhi. */
    public SandboxSink() {}

    @Override
    protected @Nullable StateFactory<State> init(
            StreamDefinition stream, OptionHolder options, ConfigReader config, SiddhiAppContext app) {
        inPlaceOf = options.validateAndGetStaticValue("in.place.of", "");
        return null;
    }

    /** The type of the sink in the app. */
    String inPlaceOf() {
        return inPlaceOf;
    }

    /** What was written since the last call. */
    synchronized List<String> take() {
        List<String> taken = List.copyOf(payloads);
        payloads.clear();
        return taken;
    }

    @Override
    public synchronized void publish(Object payload, DynamicOptions options, State state) {
        payloads.add(text(payload));
    }

    private static String text(Object payload) {
        if (payload instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (payload instanceof ByteBuffer buffer) {
            return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
        }
        return String.valueOf(payload);
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {Object.class};
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    public void connect() {
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
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}

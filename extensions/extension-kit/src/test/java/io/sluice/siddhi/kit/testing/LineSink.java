package io.sluice.siddhi.kit.testing;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
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
import io.sluice.siddhi.kit.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The smallest sink that keeps the contract: writes lines to a {@link LineServer}. */
@Extension(
        name = "line",
        namespace = "sink",
        description = "Lines to a TCP server.",
        parameters = @Parameter(name = "port", description = "Where.", type = DataType.INT),
        examples = @Example(syntax = "@sink(type='line', port='1')", description = "Writes lines."))
public final class LineSink extends Sink<State> {

    private int port;
    private Socket socket;

    @Override
    protected StateFactory<State> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        Options options = new Options(holder, system, LineSink.class, "sink 'line'");
        port = (int) options.number("port", 0, 1, 65535);
        options.verify();
        return null;
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
    public void connect() throws ConnectionUnavailableException {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException refused) {
            throw new ConnectionUnavailableException("nobody at port " + port, refused);
        }
    }

    @Override
    public void publish(Object payload, DynamicOptions options, State state) throws ConnectionUnavailableException {
        try {
            socket.getOutputStream().write((payload + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException lost) {
            throw new ConnectionUnavailableException("the server went away", lost);
        }
    }

    @Override
    public void disconnect() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException trouble) {
                throw new IllegalStateException(trouble);
            }
        }
    }

    @Override
    public void destroy() {
        disconnect();
    }

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}

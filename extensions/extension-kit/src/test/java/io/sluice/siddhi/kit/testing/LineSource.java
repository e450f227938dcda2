package io.sluice.siddhi.kit.testing;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import io.sluice.siddhi.kit.Options;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/** The smallest source that keeps the contract: reads lines from a {@link LineServer}. */
@Extension(
        name = "line",
        namespace = "source",
        description = "Lines of a TCP server.",
        parameters = @Parameter(name = "port", description = "Where.", type = DataType.INT),
        examples = @Example(syntax = "@source(type='line', port='1')", description = "Reads lines."))
public final class LineSource extends Source<State> {

    private final ReentrantLock gate = new ReentrantLock(true);
    private SourceEventListener listener;
    private int port;
    private volatile Socket socket;

    @Override
    public StateFactory<State> init(
            SourceEventListener sourceListener,
            OptionHolder holder,
            String[] properties,
            ConfigReader system,
            SiddhiAppContext app) {
        Options options = new Options(holder, system, LineSource.class, "source 'line'");
        port = (int) options.number("port", 0, 1, 65535);
        options.verify();
        listener = sourceListener;
        return null;
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class};
    }

    @Override
    public void connect(Source<State>.ConnectionCallback callback, State state) throws ConnectionUnavailableException {
        try {
            Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
            socket = connected;
            LineServer.daemon("line-source", () -> {
                read(connected);
                if (socket == connected) {
                    callback.onError(new ConnectionUnavailableException("the server went away"));
                }
            });
        } catch (IOException refused) {
            throw new ConnectionUnavailableException("nobody at port " + port, refused);
        }
    }

    private void read(Socket connected) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connected.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                gate.lock();
                try {
                    listener.onEvent(line, new Object[0]);
                } finally {
                    gate.unlock();
                }
            }
        } catch (IOException closed) {
            // the caller tells Siddhi
            return;
        }
    }

    @Override
    public void disconnect() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
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
    public void pause() {
        gate.lock();
    }

    @Override
    public void resume() {
        gate.unlock();
    }

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}

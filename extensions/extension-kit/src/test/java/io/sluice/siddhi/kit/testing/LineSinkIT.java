package io.sluice.siddhi.kit.testing;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;

/** The sink contract, tried on a sink that keeps it. */
class LineSinkIT extends SinkContract {

    private final LineServer server;

    LineSinkIT() throws IOException {
        server = new LineServer();
    }

    @AfterEach
    void closeServer() throws IOException {
        server.close();
    }

    @Override
    protected String sinkAnnotation() {
        return "@sink(type='line', port='" + server.port() + "', @map(type='payload'))";
    }

    @Override
    protected List<String> received() {
        return server.received();
    }

    @Override
    protected void stopDownstream() throws IOException {
        server.close();
    }

    @Override
    protected void startDownstream() throws IOException {
        server.open();
    }

    @Override
    protected OptionalInt openConnections() {
        return OptionalInt.of(server.clients());
    }

    @Override
    protected boolean belongsToTheSink(Thread thread) {
        return !thread.getName().startsWith("line-server");
    }
}

package io.sluice.siddhi.kit.testing;

import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;

/** The source contract, tried on a source that keeps it. */
class LineSourceIT extends SourceContract {

    private final LineServer server;

    LineSourceIT() throws IOException {
        server = new LineServer();
    }

    @AfterEach
    void closeServer() throws IOException {
        server.close();
    }

    @Override
    protected String sourceAnnotation() {
        return "@source(type='line', port='" + server.port() + "', @map(type='payload'))";
    }

    @Override
    protected void send(String payload) throws IOException {
        server.send(payload);
    }

    @Override
    protected void stopUpstream() throws IOException {
        server.close();
    }

    @Override
    protected void startUpstream() throws IOException {
        server.open();
    }

    @Override
    protected OptionalInt openConnections() {
        return OptionalInt.of(server.clients());
    }

    @Override
    protected boolean belongsToTheSource(Thread thread) {
        return !thread.getName().startsWith("line-server");
    }
}

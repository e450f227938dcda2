package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.testing.SourceContract;
import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;

class SSESourceIT extends SourceContract {

    private final EventServer server;

    SSESourceIT() throws IOException {
        server = new EventServer();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Override
    protected String sourceAnnotation() {
        return "@source(type='sse', receiver.url='" + server.url()
                + "', reconnect.interval='50', @map(type='payload'))";
    }

    @Override
    protected void send(String payload) throws Exception {
        server.send(payload);
    }

    @Override
    protected void stopUpstream() throws IOException {
        server.stop();
    }

    @Override
    protected void startUpstream() throws IOException {
        server.start();
    }

    @Override
    protected OptionalInt openConnections() {
        return OptionalInt.of(server.connections());
    }

    @Override
    protected boolean belongsToTheSource(Thread thread) {
        return !thread.getName().startsWith("test-upstream")
                && !thread.getName().startsWith("contract-");
    }
}

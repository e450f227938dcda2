package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.siddhi.kit.testing.SourceContract;
import java.util.OptionalInt;

class HttpSourceIT extends SourceContract {

    private final int port = Host.freePort();
    private final Web web = new Web(port);

    @Override
    protected String sourceAnnotation() {
        return "@source(type='http', receiver.url='http://127.0.0.1:" + port + "/in', @map(type='payload'))";
    }

    @Override
    protected void send(String payload) throws Exception {
        assertThat(web.post("/in", payload).statusCode()).isIn(200, 500);
    }

    @Override
    protected void stopUpstream() {
        throw new UnsupportedOperationException("the clients are the upstream");
    }

    @Override
    protected void startUpstream() {
        throw new UnsupportedOperationException("the clients are the upstream");
    }

    @Override
    protected boolean hasUpstream() {
        return false;
    }

    @Override
    protected OptionalInt listeningPort() {
        return OptionalInt.of(port);
    }

    @Override
    protected boolean belongsToTheSource(Thread thread) {
        return !thread.getName().startsWith("HttpClient") && !thread.getName().startsWith("contract-");
    }
}

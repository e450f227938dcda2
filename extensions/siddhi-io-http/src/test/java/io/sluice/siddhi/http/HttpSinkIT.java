package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.testing.SinkContract;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;

class HttpSinkIT extends SinkContract {

    private final Upstream upstream = new Upstream();

    @AfterEach
    void close() {
        upstream.close();
    }

    @Override
    protected String sinkAnnotation() {
        return "@sink(type='http', publisher.url='" + upstream.url("/events")
                + "', retry.count='0', @map(type='payload'))";
    }

    @Override
    protected List<String> received() {
        return upstream.bodies();
    }

    @Override
    protected void stopDownstream() {
        upstream.stop();
    }

    @Override
    protected void startDownstream() {
        upstream.start();
    }

    @Override
    protected OptionalInt openConnections() {
        return OptionalInt.of(upstream.connections());
    }

    @Override
    protected boolean belongsToTheSink(Thread thread) {
        return !thread.getName().startsWith("test-upstream")
                && !thread.getName().startsWith("HTTP-Dispatcher");
    }
}

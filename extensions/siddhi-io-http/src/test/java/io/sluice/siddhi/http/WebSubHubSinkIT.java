package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.testing.SinkContract;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;

class WebSubHubSinkIT extends SinkContract {

    private final int port = Host.freePort();
    private final Subscriber subscriber = new Subscriber();

    @AfterEach
    void close() {
        subscriber.close();
    }

    @Override
    protected String sinkAnnotation() {
        return WebSubHubSourceIT.TABLE
                + "@source(type='websubhub', hub.id='farm', table.name='Subscribers', topic.list='rice',"
                + " receiver.url='http://127.0.0.1:" + port
                + "/hub', @Map(type='form', key='topic')) define stream Asked (topic string);"
                + " @sink(type='websubhub', hub.id='farm', table.name='Subscribers', topic='rice', retry.count='0',"
                + " @map(type='payload'))";
    }

    @Override
    protected void openReceiver() throws Exception {
        boolean subscribed =
                subscriber.server().got().stream().anyMatch(got -> got.method().equals("GET"));
        if (!subscribed) {
            subscriber.asks(new Web(port), subscriber.form("subscribe", "rice"));
        }
    }

    @Override
    protected List<String> received() {
        return subscriber.deliveries().stream().map(Upstream.Got::body).toList();
    }

    @Override
    protected void stopDownstream() {
        subscriber.server().stop();
    }

    @Override
    protected void startDownstream() {
        subscriber.server().start();
    }

    @Override
    protected OptionalInt openConnections() {
        return OptionalInt.of(subscriber.server().connections());
    }

    @Override
    protected boolean belongsToTheSink(Thread thread) {
        return !thread.getName().startsWith("test-upstream")
                && !thread.getName().startsWith("HttpClient")
                && !thread.getName().startsWith("HTTP-Dispatcher");
    }
}

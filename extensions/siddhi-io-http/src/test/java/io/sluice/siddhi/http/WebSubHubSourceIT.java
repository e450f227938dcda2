package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.testing.SourceContract;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;

class WebSubHubSourceIT extends SourceContract {

    static final String TABLE = "@primaryKey('callback', 'topic') define table Subscribers (callback string,"
            + " topic string, mode string, secret string, id string, lease_seconds long, timestamp long); ";

    private final int port = Host.freePort();
    private final Web web = new Web(port);
    private final Subscriber subscriber = new Subscriber();

    @AfterEach
    void close() {
        subscriber.close();
    }

    @Override
    protected String sourceAnnotation() {
        return TABLE + "@source(type='websubhub', hub.id='farm', table.name='Subscribers', topic.list='rice',"
                + " receiver.url='http://127.0.0.1:" + port + "/hub', @map(type='form', key='secret'))";
    }

    @Override
    protected void send(String payload) throws Exception {
        subscriber.asks(web, subscriber.form("subscribe", "rice", "hub.secret", payload));
    }

    @Override
    protected void stopUpstream() {
        throw new UnsupportedOperationException("the subscribers are the upstream");
    }

    @Override
    protected void startUpstream() {
        throw new UnsupportedOperationException("the subscribers are the upstream");
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
        return !thread.getName().startsWith("HttpClient")
                && !thread.getName().startsWith("contract-")
                && !thread.getName().startsWith("test-upstream")
                && !thread.getName().startsWith("HTTP-Dispatcher");
    }
}

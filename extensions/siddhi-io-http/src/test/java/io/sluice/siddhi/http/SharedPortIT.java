package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One port for all kinds of sources and sinks. */
@Timeout(60)
class SharedPortIT {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void servesSourcesAndSinksOfEveryKindAndApp() throws Exception {
        int port = Host.freePort();
        host.start(
                "One",
                "@source(type='http', receiver.url='http://127.0.0.1:" + port
                        + "/plain', @map(type='payload')) define stream In (payload string);"
                        + "@sink(type='sse-server', server.url='http://127.0.0.1:" + port
                        + "/events', @map(type='payload')) define stream Out (payload string);");
        host.start(
                "Two",
                "@source(type='http-service', source.id='echo', receiver.url='http://127.0.0.1:" + port
                        + "/echo', @map(type='payload', @attributes(payload='x', id='trp:messageId')))"
                        + "@sink(type='http-service-response', source.id='echo', message.id='{{id}}', @map(type='payload'))"
                        + " define stream Echo (payload string, id string);");
        Web web = new Web(port);

        assertThat(web.post("/plain", "a").statusCode()).isEqualTo(200);
        assertThat(web.post("/echo", "b").body()).isEqualTo("b");
        assertThat(web.send("DELETE", "/events").statusCode()).isEqualTo(400);
        assertThat(web.post("/other", "c").statusCode()).isEqualTo(404);
    }
}

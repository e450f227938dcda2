package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.siddhi.core.SiddhiAppRuntime;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that an app answers. */
@Timeout(60)
class HttpServiceIT {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private SiddhiAppRuntime app(String source, String sink, String options, String query) {
        return host.start(
                "Service",
                "@source(type='" + source + "', source.id='sum', receiver.url='http://127.0.0.1:0/sum'" + options
                        + ", @map(type='json', @attributes(id='trp:messageId', a='$.a', b='$.b')))"
                        + " define stream Question (id string, a int, b int);"
                        + "@sink(type='" + sink
                        + "', source.id='sum', message.id='{{id}}', headers=\"'X-Sum:{{sum}}'\","
                        + " @map(type='json', @payload(\"\"\"{\"sum\":{{sum}}}\"\"\")))"
                        + " define stream Result (id string, sum int); " + query);
    }

    private static final String ADD = "from Question select id, a + b as sum insert into Result;";

    private static Web web(SiddhiAppRuntime app) {
        return new Web(((ListeningSource) Host.source(app)).port());
    }

    static Stream<Arguments> names() {
        return Stream.of(
                arguments("http-service", "http-service-response"), arguments("http-request", "http-response"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void answersWithWhatTheAppSays(String source, String sink) throws Exception {
        SiddhiAppRuntime app = app(source, sink, "", ADD);

        HttpResponse<String> answer = web(app).post("/sum", "{\"a\":1,\"b\":2}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"sum\":3}");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("X-Sum")).hasValue("3");
    }

    @Test
    void answersEveryRequestWithItsOwnResult() throws Exception {
        SiddhiAppRuntime app = app("http-service", "http-service-response", ", worker.count='4'", ADD);
        Web web = web(app);
        CompletableFuture<?>[] all = new CompletableFuture<?>[100];
        for (int i = 0; i < all.length; i++) {
            String expected = "{\"sum\":" + (i + 1000) + "}";
            all[i] = web.postLater("/sum", "{\"a\":" + i + ",\"b\":1000}")
                    .thenAccept(answer -> assertThat(answer.body()).isEqualTo(expected));
        }
        CompletableFuture.allOf(all).get();
        assertThat(host.gauge("runner.source.requests.open")).isZero();
    }

    @Test
    void saysGatewayTimeoutWhereNobodyAnswersAndDropsTheLateAnswer() throws Exception {
        SiddhiAppRuntime app = app(
                "http-service",
                "http-service-response",
                ", connection.timeout='300'",
                "from Question#window.timeBatch(700 milliseconds) select id, a + b as sum insert into Result;");

        HttpResponse<String> answer = web(app).post("/sum", "{\"a\":1,\"b\":2}");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).isEmpty();
        Host.eventually().until(() -> host.counter("runner.events.dropped", "reason", "no_request") == 1);
    }

    @Test
    void saysGatewayTimeoutToWhoWaitsWhenTheAppStops() throws Exception {
        SiddhiAppRuntime app = app("http-service", "http-service-response", "", "");
        CompletableFuture<HttpResponse<String>> answer = web(app).postLater("/sum", "{\"a\":1,\"b\":2}");
        Host.eventually().until(() -> host.gauge("runner.source.requests.open") == 1);

        app.shutdown();

        assertThat(answer.get().statusCode()).isEqualTo(504);
    }

    @Test
    void refusesAtOnceWhatItCannotMap() throws Exception {
        SiddhiAppRuntime app = app("http-service", "http-service-response", "", ADD);

        assertThat(web(app).post("/sum", "{\"a\":").statusCode()).isEqualTo(400);
        assertThat(web(app).post("/sum", "").statusCode()).isEqualTo(405);
    }

    @Test
    void sharesItsPortWithSourcesAndSinksOfOtherKindsAndApps() throws Exception {
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

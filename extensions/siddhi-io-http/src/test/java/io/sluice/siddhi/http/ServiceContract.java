package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.SiddhiAppRuntime;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every pair of a source that takes requests and a sink that answers them promises, under its published and its old name. */
@Timeout(60)
abstract class ServiceContract {

    /** The type of the source. */
    abstract String source();

    /** The type of the sink. */
    abstract String sink();

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private SiddhiAppRuntime app(String options, String query) {
        return host.start(
                "Service",
                "@source(type='" + source() + "', source.id='sum', receiver.url='http://127.0.0.1:0/sum'" + options
                        + ", @map(type='json', @attributes(id='trp:messageId', a='$.a', b='$.b')))"
                        + " define stream Question (id string, a int, b int);"
                        + "@sink(type='" + sink()
                        + "', source.id='sum', message.id='{{id}}', headers=\"'X-Sum:{{sum}}'\","
                        + " @map(type='json', @payload(\"\"\"{\"sum\":{{sum}}}\"\"\")))"
                        + " define stream Result (id string, sum int); " + query);
    }

    private static final String ADD = "from Question select id, a + b as sum insert into Result;";

    private static Web web(SiddhiAppRuntime app) {
        return new Web(((ListeningSource) Host.source(app)).port());
    }

    @Test
    void answersWithWhatTheAppSays() throws Exception {
        SiddhiAppRuntime app = app("", ADD);

        HttpResponse<String> answer = web(app).post("/sum", "{\"a\":1,\"b\":2}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"sum\":3}");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("X-Sum")).hasValue("3");
    }

    @Test
    void answersEveryRequestWithItsOwnResult() throws Exception {
        SiddhiAppRuntime app = app(", worker.count='4'", ADD);
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
                ", connection.timeout='300'",
                "from Question#window.timeBatch(700 milliseconds) select id, a + b as sum insert into Result;");

        HttpResponse<String> answer = web(app).post("/sum", "{\"a\":1,\"b\":2}");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).isEmpty();
        Host.eventually().until(() -> host.counter("runner.events.dropped", "reason", "no_request") == 1);
    }

    @Test
    void saysGatewayTimeoutToWhoWaitsWhenTheAppStops() throws Exception {
        SiddhiAppRuntime app = app("", "");
        CompletableFuture<HttpResponse<String>> answer = web(app).postLater("/sum", "{\"a\":1,\"b\":2}");
        Host.eventually().until(() -> host.gauge("runner.source.requests.open") == 1);

        app.shutdown();

        assertThat(answer.get().statusCode()).isEqualTo(504);
    }

    @Test
    void refusesAtOnceWhatItCannotMap() throws Exception {
        SiddhiAppRuntime app = app("", ADD);

        assertThat(web(app).post("/sum", "{\"a\":").statusCode()).isEqualTo(400);
        assertThat(web(app).post("/sum", "").statusCode()).isEqualTo(405);
    }
}

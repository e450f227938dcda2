package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A source that writes a table and a sink that reads it, both through the owner thread: the pair of the WebSub hub. */
@Timeout(60)
class TablesOfSourcesIT {

    private final Bench bench = new Bench();
    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private HttpServer callback;
    private SiddhiHost host;
    private Bench.Collected asked;
    private int port;

    @BeforeEach
    void start() throws Exception {
        callback = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        callback.createContext("/", this::answer);
        callback.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        host = bench.host(
                "hub",
                "@primaryKey('callback', 'topic') define table Subscribers (callback string, topic string,"
                        + " mode string, secret string, id string, lease_seconds long, timestamp long);"
                        + " @source(type='websubhub', hub.id='farm', table.name='Subscribers', topic.list='rice',"
                        + " receiver.url='http://127.0.0.1:" + port + "/hub', @map(type='json'))"
                        + " define stream Asked (callback string, mode string, topic string, lease_seconds long, secret string);"
                        + " @sink(type='websubhub', hub.id='farm', table.name='Subscribers', @map(type='json'))"
                        + " define stream Prices (topic string, price double);");
        asked = Bench.collect(host, "Asked");
        host.start();
    }

    @AfterEach
    void close() {
        bench.close();
        callback.stop(0);
    }

    @Test
    void writesOnTheLaneAndReadsOnTheLane() throws Exception {
        assertThat(ask("subscribe")).isEqualTo(202);
        await().until(() -> asked.count == 1);
        host.input("Prices").send(new Object[] {"rice", 1.5});
        host.input("Prices").send(new Object[] {"corn", 2.5});

        assertThat(ask("unsubscribe")).isEqualTo(202);
        await().until(() -> asked.count == 2);
        host.input("Prices").send(new Object[] {"rice", 3.5});

        assertThat(delivered).containsExactly("{\"event\":{\"topic\":\"rice\",\"price\":1.5}}");
        assertThat(asked.threads).containsExactly("sluice-lane-hub");
        assertThat(bench.failures).isEmpty();
    }

    private int ask(String mode) throws IOException, InterruptedException {
        String form = "hub.mode=" + mode + "&hub.topic=rice&hub.callback=http://127.0.0.1:"
                + callback.getAddress().getPort() + "/";
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hub"))
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Confirms what is asked and keeps what is delivered. */
    private void answer(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (query.contains("hub.challenge=")) {
            byte[] challenge =
                    query.replaceFirst(".*hub\\.challenge=([^&]*).*", "$1").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, challenge.length);
            exchange.getResponseBody().write(challenge);
            exchange.getResponseBody().close();
        } else {
            delivered.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
        }
    }
}

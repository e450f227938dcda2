package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.testing.SinkContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

class SSEServerSinkIT extends SinkContract {

    private final int port = Host.freePort();
    private final List<String> received = new CopyOnWriteArrayList<>();

    @Override
    protected String sinkAnnotation() {
        return "@sink(type='sse-server', server.url='http://127.0.0.1:" + port + "/out', @map(type='payload'))";
    }

    @Override
    protected List<String> received() {
        return received;
    }

    @Override
    protected void openReceiver() throws Exception {
        Stream<String> lines = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/out"))
                                .build(),
                        HttpResponse.BodyHandlers.ofLines())
                .body();
        Thread reader = new Thread(
                () -> lines.filter(line -> line.startsWith("data: "))
                        .forEach(line -> received.add(line.substring("data: ".length()))),
                "HttpClient-reader");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    protected void stopDownstream() {
        throw new UnsupportedOperationException("the clients are the downstream");
    }

    @Override
    protected void startDownstream() {
        throw new UnsupportedOperationException("the clients are the downstream");
    }

    @Override
    protected boolean hasDownstream() {
        return false;
    }

    @Override
    protected OptionalInt listeningPort() {
        return OptionalInt.of(port);
    }

    @Override
    protected boolean belongsToTheSink(Thread thread) {
        return !thread.getName().startsWith("HttpClient") && !thread.getName().startsWith("ForkJoinPool");
    }
}

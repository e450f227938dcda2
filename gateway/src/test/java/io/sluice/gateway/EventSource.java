package io.sluice.gateway;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A client of Server-Sent Events that keeps what it gets. */
final class EventSource implements AutoCloseable {

    final List<String> ids = new CopyOnWriteArrayList<>();
    final List<String> names = new CopyOnWriteArrayList<>();
    final List<String> data = new CopyOnWriteArrayList<>();
    volatile boolean ended;
    private final CompletableFuture<HttpResponse<Stream<String>>> answer;

    EventSource(HttpClient http, HttpRequest request) {
        answer = http.sendAsync(request, BodyHandlers.ofLines());
        answer.thenAcceptAsync(response -> {
            response.body().forEach(this::line);
            ended = true;
        });
    }

    private void line(String line) {
        if (line.startsWith("id: ")) {
            ids.add(line.substring(4));
        } else if (line.startsWith("event: ")) {
            names.add(line.substring(7));
        } else if (line.startsWith("data: ")) {
            data.add(line.substring(6));
        }
    }

    @Override
    public void close() {
        answer.thenAccept(response -> response.body().close());
    }
}

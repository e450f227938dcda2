package io.sluice.dataservice;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that follows a resource and keeps every line. */
final class Follower implements AutoCloseable {

    private final HttpResponse<InputStream> answer;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    private Follower(HttpResponse<InputStream> answer) {
        this.answer = answer;
        Thread reading = new Thread(this::read, "follower");
        reading.setDaemon(true);
        reading.start();
    }

    static Follower of(ServiceUnderTest service, String path, String... headers) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(service.uri(path)).headers(headers).build();
        return new Follower(service.client().send(request, BodyHandlers.ofInputStream()));
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException | UncheckedIOException cut) {
            lines.add("cut");
        }
        ended = true;
    }

    HttpResponse<InputStream> answer() {
        return answer;
    }

    List<String> lines() {
        return lines;
    }

    /** Lines that begin so, without the beginning. */
    List<String> after(String beginning) {
        return lines.stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .toList();
    }

    boolean ended() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        answer.body().close();
    }
}

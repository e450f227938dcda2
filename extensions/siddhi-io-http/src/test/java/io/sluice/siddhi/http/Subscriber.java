package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Subscribes at a hub and confirms what it is asked, as W3C WebSub has it. */
final class Subscriber implements AutoCloseable {

    private final Upstream server = new Upstream();

    Subscriber() {
        answers(200);
    }

    /** The status of everything that is not a question of the hub. */
    void answers(int status) {
        server.answers(got -> {
            String challenge = parameter(got, "hub.challenge");
            return challenge == null ? Upstream.Says.of(status, "") : Upstream.Says.of(200, challenge);
        });
    }

    Upstream server() {
        return server;
    }

    static String parameter(Upstream.Got got, String name) {
        return Stream.of(String.valueOf(got.query()).split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst()
                .orElse(null);
    }

    String form(String mode, String topic, String... more) {
        StringBuilder form = new StringBuilder("hub.mode=" + mode + "&hub.topic=" + topic + "&hub.callback="
                + URLEncoder.encode(server.url("/callback"), StandardCharsets.UTF_8));
        for (int i = 0; i < more.length; i += 2) {
            form.append('&').append(more[i]).append('=').append(URLEncoder.encode(more[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    /** Asks the hub and waits until it has asked back. */
    void asks(Web hub, String form) throws Exception {
        long before = questions();
        HttpResponse<String> answer = hub.post("/hub", form, "Content-Type", "application/x-www-form-urlencoded");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        Host.eventually().until(() -> questions() > before);
    }

    List<Upstream.Got> deliveries() {
        return server.got().stream().filter(got -> got.method().equals("POST")).toList();
    }

    private long questions() {
        return server.got().stream()
                .filter(got -> parameter(got, "hub.challenge") != null)
                .count();
    }

    @Override
    public void close() {
        server.close();
    }
}

package io.sluice.siddhi.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientOptionsTest {

    @Test
    void knowsTheStandardPorts() {
        assertThat(at("ws://host").port()).isEqualTo(80);
        assertThat(at("wss://host").port()).isEqualTo(443);
        assertThat(at("ws://host:8025").port()).isEqualTo(8025);
    }

    @Test
    void asksForPathAndQueryAsWritten() {
        assertThat(at("ws://host").requestTarget()).isEqualTo("/");
        assertThat(at("ws://host/a%20b?x=%26&y").requestTarget()).isEqualTo("/a%20b?x=%26&y");
    }

    @Test
    void showsNeitherQueryNorUser() {
        assertThat(at("wss://me:secret@host/feed?token=secret").shown()).isEqualTo("wss://host:443/feed");
    }

    private static ClientOptions at(String url) {
        return new ClientOptions(URI.create(url), List.of(), List.of(), Duration.ZERO, null);
    }
}

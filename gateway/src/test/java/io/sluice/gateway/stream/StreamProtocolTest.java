package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamProtocolTest {

    @Test
    void prefersTheControlSubprotocol() {
        assertThat(StreamProtocol.choose(List.of("bearer.a.b.c", "json", "sluice.v1")))
                .contains("sluice.v1");
    }

    @Test
    void echoesTheOtherSubprotocolAndNeverTheToken() {
        assertThat(StreamProtocol.choose(List.of("bearer.a.b.c", "json", "xml")))
                .contains("json");
        assertThat(StreamProtocol.choose(List.of("bearer.a.b.c"))).isEmpty();
        assertThat(StreamProtocol.choose(List.of())).isEmpty();
    }

    @Test
    void putsTheEventAfterTheHeaderByteForByte() {
        byte[] payload = "{\"type\":\"upstream\"}\n\"looks like a control message\"".getBytes(StandardCharsets.UTF_8);

        String message = new String(StreamProtocol.event(new EventId("k3f", 7), payload), StandardCharsets.UTF_8);

        int end = message.indexOf('\n');
        assertThat(new JsonObject(message.substring(0, end)).getMap())
                .containsExactly(java.util.Map.entry("type", "event"), java.util.Map.entry("id", "k3f-7"));
        assertThat(message.substring(end + 1).getBytes(StandardCharsets.UTF_8)).isEqualTo(payload);
    }

    @Test
    void saysWhenTheUpstreamWentInOneLine() {
        String message = new String(
                StreamProtocol.upstream(false, Instant.parse("2026-01-01T10:00:00Z")), StandardCharsets.UTF_8);

        assertThat(message).endsWith("\n").containsOnlyOnce("\n");
        assertThat(new JsonObject(message))
                .isEqualTo(new JsonObject()
                        .put("type", "upstream")
                        .put("state", "down")
                        .put("since", "2026-01-01T10:00:00Z"));
    }
}

package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ConfigFile;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.GatewayError;
import io.sluice.gateway.api.StreamingApi;
import io.sluice.websocket.CloseCode;
import io.sluice.websocket.WebSocketLimits;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/streaming.md} tells app developers is what the code does. */
class StreamingPageTest {

    private static final StreamingApi API = ConfigFile.read(
            null,
            StreamingApi.class,
            Map.of(),
            Map.of(
                    "name",
                    "productions",
                    "context",
                    "productions",
                    "version",
                    "1.0",
                    "upstream",
                    "ws://127.0.0.1:1/x"));

    private String page;

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(Path.of("../docs/streaming.md"));
    }

    @Test
    void showsTheMessagesAsTheyAreSent() {
        String block = page.substring(page.indexOf("```text\n") + 8);
        List<String> shown = block.substring(0, block.indexOf("```")).lines().toList();

        String event = "{\"event\":{\"name\":\"honey\",\"amount\":20.5}}";
        assertThat(shown)
                .containsExactly(
                        line(StreamProtocol.hello(
                                        API,
                                        new Upstream.Status(true, Instant.EPOCH, ""),
                                        new EventId("k3f", 6),
                                        Instant.parse("2026-01-01T10:30:00Z"))
                                .getBytes(StandardCharsets.UTF_8)),
                        line(StreamProtocol.event(new EventId("k3f", 7), event.getBytes(StandardCharsets.UTF_8))),
                        line(StreamProtocol.gap(
                                        new Gap(Gap.Reason.EXPIRED, new EventId("k3f", 1), new EventId("k3f", 6)))
                                .getBytes(StandardCharsets.UTF_8)),
                        line(StreamProtocol.upstream(false, Instant.parse("2026-01-01T10:00:00Z"))),
                        line(StreamProtocol.upstream(true, Instant.parse("2026-01-01T10:00:07Z"))),
                        line(StreamProtocol.refreshed(Instant.parse("2026-01-01T11:00:00Z"))
                                .getBytes(StandardCharsets.UTF_8)),
                        line(StreamProtocol.refreshRefused("the token has expired")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private static String line(byte[] message) {
        return new String(message, StandardCharsets.UTF_8).replace("\n", "⏎");
    }

    @Test
    void listsEveryErrorWithItsStatus() {
        String shown = Pattern.compile("(?m)^\\| (\\d{3}) \\| (GTW-[0-9, GTW-]+) \\|")
                .matcher(page)
                .results()
                .flatMap(row -> Arrays.stream(row.group(2).split(", ")).map(code -> code + " " + row.group(1)))
                .sorted()
                .collect(Collectors.joining("\n"));

        assertThat(shown)
                .isEqualTo(Arrays.stream(GatewayError.values())
                        .map(error -> error.code() + " " + error.status())
                        .sorted()
                        .collect(Collectors.joining("\n")));
    }

    @Test
    void listsEveryCloseCode() {
        TreeSet<Integer> shown = Pattern.compile("(?m)^\\| ([14]\\d{3}(?:, \\d{4})*) \\|")
                .matcher(page)
                .results()
                .flatMap(row -> Arrays.stream(row.group(1).split(", ")))
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(shown)
                .containsExactly(
                        CloseCode.GOING_AWAY,
                        CloseCode.PROTOCOL_ERROR,
                        CloseCode.INVALID_PAYLOAD,
                        CloseCode.POLICY_VIOLATION,
                        CloseCode.TOO_BIG,
                        CloseCode.INTERNAL_ERROR,
                        CloseCode.TRY_AGAIN_LATER,
                        StreamProtocol.TOKEN_EXPIRED);
    }

    @Test
    void namesTheBounds() {
        GatewayConfig.Limits limits =
                ConfigFile.read(null, GatewayConfig.class, Map.of(), Map.of()).limits();
        WebSocketLimits liveness = WebSocketLimits.defaults();

        assertThat(page)
                .contains(
                        String.format("%,d events", API.queue()),
                        limits.clientMessagesPerMinute() + " messages a minute",
                        limits.maxClientMessage().bytes() / 1024 + " KiB a message",
                        "Every " + liveness.pingEvery().toSeconds() + " s",
                        "within " + liveness.pongTimeout().toSeconds() + " s");
    }

    @Test
    void readsAMessageAsItsExampleDoes() {
        String data = new String(
                StreamProtocol.event(new EventId("k3f", 7), "a\nb".getBytes(StandardCharsets.UTF_8)),
                StandardCharsets.UTF_8);
        int end = data.indexOf('\n');

        assertThat(page).contains("data.indexOf(\"\\n\")", "data.slice(0, end)", "data.slice(end + 1)");
        assertThat(new JsonObject(data.substring(0, end)).getString("type")).isEqualTo("event");
        assertThat(data.substring(end + 1)).isEqualTo("a\nb");
    }

    @Test
    void isFoundFromTheReadme() throws IOException {
        assertThat(Files.readString(Path.of("../README.md"))).contains("(docs/streaming.md)");
    }
}

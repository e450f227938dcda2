package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.stream.StreamProtocol;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One stream over WebSocket, Server-Sent Events and long poll: the same ids, resumed without gap or duplicate, or with the gap named. */
class ResumeIT {

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path apis;

    private GatewayFixture gateway;

    @BeforeEach
    void prepare() throws Exception {
        gateway = new GatewayFixture(apis);
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    @Test
    void givesTheSameIdsOnEveryTransport() throws Exception {
        gateway.start();

        try (JdkClient told = gateway.open(StreamProtocol.SUBPROTOCOL);
                EventSource source = source("", null)) {
            await().until(() -> told.texts.size() == 1 && source.ids.size() == 1);
            String cursor = header(told, 0).getString("cursor");
            send(1, 5);
            await().until(() -> told.texts.size() == 6 && source.data.size() == 5);
            JsonObject polled = poll("cursor=" + cursor + "&wait=0");

            List<String> ids = IntStream.rangeClosed(1, 5)
                    .mapToObj(i -> header(told, i).getString("id"))
                    .toList();
            assertThat(source.ids.subList(1, 6)).isEqualTo(ids);
            assertThat(events(polled, "id")).isEqualTo(ids);
            assertThat(events(polled, "data")).isEqualTo(source.data).containsExactly("1", "2", "3", "4", "5");
            assertThat(polled.getString("cursor")).isEqualTo(ids.get(4));
            assertThat(polled.containsKey("gap")).isFalse();
        }
    }

    @Test
    void resumesAWebSocketWithoutGapOrDuplicateUnderLoad() throws Exception {
        gateway.start();
        int events = 2_000;
        List<String> got = new ArrayList<>();
        String cursor;
        try (JdkClient first = gateway.open(StreamProtocol.SUBPROTOCOL)) {
            await().until(() -> first.texts.size() == 1);
            cursor = header(first, 0).getString("cursor");
        }
        Thread publisher = new Thread(() -> send(1, events));
        publisher.start();

        for (int connection = 0; connection < 50 && got.size() < events; connection++) {
            try (JdkClient client =
                    JdkClient.open(with("cursor=" + cursor), FakeVerifier.GOOD, StreamProtocol.SUBPROTOCOL)) {
                int enough = connection == 49 ? events - got.size() : Math.min(20, events - got.size());
                await().until(() -> client.texts.size() > enough);
                for (String text : List.copyOf(client.texts)) {
                    JsonObject header = new JsonObject(text.substring(0, text.indexOf('\n')));
                    if (header.getString("type").equals("event")) {
                        cursor = header.getString("id");
                        got.add(text.substring(text.indexOf('\n') + 1));
                    } else {
                        assertThat(header.getString("type")).isEqualTo("hello");
                    }
                }
            }
        }
        publisher.join();

        assertThat(got)
                .isEqualTo(IntStream.rangeClosed(1, events)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @Test
    void namesTheEventsThatTheBufferNoLongerHolds() throws Exception {
        gateway.write("productions", "scopes: [productions:read]", "queue: 4", "replay: {events: 4}")
                .start();
        String cursor = poll("wait=0").getString("cursor");
        String epoch = cursor.substring(0, cursor.indexOf('-') + 1);
        try (JdkClient plain = gateway.open()) {
            for (int i = 1; i <= 10; i++) {
                send(i, i);
                int expected = i;
                await().until(() -> plain.texts.size() == expected);
            }
        }
        long last = Long.parseLong(cursor.substring(epoch.length())) + 10;
        JsonObject gap = new JsonObject()
                .put("reason", "expired")
                .put("from", epoch + (last - 9))
                .put("to", epoch + (last - 4))
                .put("missed", 6);

        JsonObject polled = poll("wait=0&cursor=" + cursor);
        assertThat(polled.getJsonObject("gap").encode()).isEqualTo(gap.encode());
        assertThat(events(polled, "data")).containsExactly("7", "8", "9", "10");
        try (EventSource source = source("", cursor);
                JdkClient told =
                        JdkClient.open(with("cursor=" + cursor), FakeVerifier.GOOD, StreamProtocol.SUBPROTOCOL);
                JdkClient plain = JdkClient.open(with("cursor=" + cursor), FakeVerifier.GOOD)) {
            await().until(() -> source.data.size() == 5 && told.texts.size() == 6 && plain.texts.size() == 4);
            assertThat(source.names).containsExactly("gap");
            assertThat(new JsonObject(source.data.get(0))).isEqualTo(gap);
            assertThat(header(told, 1).getMap()).containsEntry("type", "gap").containsAllEntriesOf(gap.getMap());
            assertThat(plain.texts).containsExactly("7", "8", "9", "10");
        }
        assertThat(poll("wait=0&cursor=old-3").getJsonObject("gap").encode()).isEqualTo("{\"reason\":\"restarted\"}");
    }

    @Test
    void startsAtATimeAndWaitsForTheFirstEvent() throws Exception {
        gateway.start();
        Instant before = Instant.now();
        try (JdkClient seen = gateway.open()) {
            send(1, 1);
            await().until(() -> seen.texts.size() == 1);
        }
        JsonObject since = poll("wait=0&since=" + before.toEpochMilli());
        assertThat(events(since, "data")).containsExactly("1");

        var waiting = http.sendAsync(
                request("wait=20&cursor=" + since.getString("cursor"), "application/json"), BodyHandlers.ofString());
        await().until(() -> gateway.gauge("gateway.websocket.sessions") == 1);
        send(2, 2);

        assertThat(events(new JsonObject(waiting.get().body()), "data")).containsExactly("2");
        await().until(() -> gateway.gauge("gateway.websocket.sessions") == 0);
    }

    @Test
    void passesOnWhatTheClientFiltersAndItsClaimAllows() throws Exception {
        gateway.write("productions", "scopes: [productions:read]", "claim-filters: [{field: /region, claim: region}]")
                .start();
        String token = gateway.tokens.with(java.util.Map.of("region", "EU"));

        try (JdkClient filtered = JdkClient.open(with("filter=amount%20%3E%2010"), token);
                JdkClient all = JdkClient.open(gateway.productions(), token)) {
            for (String event : List.of(
                    "{\"region\":\"EU\",\"amount\":5}",
                    "{\"region\":\"US\",\"amount\":50}",
                    "no json",
                    "{\"region\":\"EU\",\"amount\":20}")) {
                gateway.upstream.sendText(event);
            }
            await().until(() -> all.texts.size() == 2 && filtered.texts.size() == 1);
            assertThat(filtered.texts).containsExactly("{\"region\":\"EU\",\"amount\":20}");
        }
        assertThat(gateway.answerTo("/productions/1.0", "Authorization: Bearer " + FakeVerifier.GOOD))
                .startsWith("HTTP/1.1 403 ")
                .contains("GTW-306");
        assertThat(gateway.answerTo("/productions/1.0?filter=a%20%3E", "Authorization: Bearer " + token))
                .startsWith("HTTP/1.1 400 ")
                .contains("GTW-221", "at character 4");
    }

    @Test
    void conflatesByKeyForAClientThatIsBehind() throws Exception {
        gateway.write("productions", "scopes: [productions:read]", "slow-consumer: conflate", "conflate-key: /k")
                .start();
        String pad = "x".repeat(200_000);
        String last = "{\"k\":0,\"last\":true}";

        try (RawClient slow = gateway.upgraded(4096);
                JdkClient healthy = gateway.open()) {
            for (int i = 0; i < 60; i++) {
                gateway.upstream.sendText("{\"k\":" + (i % 2) + ",\"n\":" + i + ",\"p\":\"" + pad + "\"}");
            }
            gateway.upstream.sendText(last);
            await().until(() -> healthy.texts.contains(last));

            assertThat(slow.receives(last)).isTrue();
            assertThat(gateway.count("gateway.events.dropped", "reason", "conflated", "intentional", "true"))
                    .isPositive();
        }
    }

    @Test
    void endsEveryTransportWhenTheTokenIsRevokedOrExpires() throws Exception {
        gateway.start();
        gateway.tokens.with(java.util.Map.of("jti", "t1"));
        String token = gateway.tokens.with(java.util.Map.of("jti", "t1"));

        try (JdkClient socket = JdkClient.open(gateway.productions(), token);
                EventSource source =
                        new EventSource(http, request(gateway.productions(), token, "text/event-stream", null));
                JdkClient other = gateway.open()) {
            var polling = http.sendAsync(
                    request(gateway.productions(), token, "application/json", null), BodyHandlers.ofString());
            await().until(() -> gateway.gauge("gateway.websocket.sessions") == 4);
            Instant revoked = Instant.now();
            gateway.revocations.revoke(
                    io.sluice.gateway.auth.RevocationList.token("https://issuer.example", "t1"),
                    revoked,
                    revoked.plusSeconds(60));

            assertThat(socket.closeCode()).isEqualTo(StreamProtocol.TOKEN_EXPIRED);
            await().until(() -> source.names.contains("end") && source.ended);
            assertThat(new JsonObject(source.data.get(source.data.size() - 1)).getInteger("code"))
                    .isEqualTo(4001);
            assertThat(events(new JsonObject(polling.get().body()), "id")).isEmpty();
            assertThat(Duration.between(revoked, Instant.now())).isLessThan(Duration.ofSeconds(2));
            assertThat(other.closed).isNotDone();
        }

        Instant expiresAt = Instant.now().plusSeconds(2);
        try (EventSource source = new EventSource(
                http, request(gateway.productions(), gateway.tokens.until(expiresAt), "text/event-stream", null))) {
            await().until(() -> source.ended);
            assertThat(Duration.between(expiresAt, Instant.now())).isBetween(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void takesAFreshTokenInBandAndRefusesTheWrongOne() throws Exception {
        gateway.start();
        Instant expiresAt = Instant.now().plusSeconds(2);
        String fresh = gateway.tokens.until(expiresAt.plusSeconds(600));

        try (JdkClient client =
                JdkClient.open(gateway.productions(), gateway.tokens.until(expiresAt), StreamProtocol.SUBPROTOCOL)) {
            client.send("{\"type\":\"refresh\",\"token\":\"" + FakeVerifier.POOR + "\"}");
            await().until(() -> client.texts.size() == 2);
            client.send("{\"type\":\"refresh\",\"token\":\"" + gateway.tokens.ofSomebodyElse() + "\"}");
            await().until(() -> client.texts.size() == 3);
            assertThat(header(client, 1).getString("type")).isEqualTo("refused");
            assertThat(header(client, 2).getString("detail")).contains("another issuer, subject or client");

            client.send("{\"type\":\"refresh\",\"token\":\"" + fresh + "\"}");
            await().until(() -> client.texts.size() == 4);
            assertThat(header(client, 3).getString("type")).isEqualTo("refreshed");
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(6))
                    .until(() -> Instant.now().isAfter(expiresAt) && !client.closed.isDone());
        }
    }

    private void send(int from, int to) {
        for (int i = from; i <= to; i++) {
            gateway.upstream.sendText(Integer.toString(i));
        }
    }

    private URI with(String query) {
        return URI.create(gateway.productions() + "?" + query);
    }

    private EventSource source(String query, String lastEventId) {
        return new EventSource(http, request(with(query), FakeVerifier.GOOD, "text/event-stream", lastEventId));
    }

    private JsonObject poll(String query) throws Exception {
        HttpResponse<String> answer = http.send(request(query, "application/json"), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private HttpRequest request(String query, String accept) {
        return request(with(query), FakeVerifier.GOOD, accept, null);
    }

    private static HttpRequest request(URI url, String token, String accept, String lastEventId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url.toString().replace("ws://", "http://")))
                .header("Authorization", "Bearer " + token)
                .header("Accept", accept);
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        return request.build();
    }

    private static List<String> events(JsonObject polled, String member) {
        JsonArray events = polled.getJsonArray("events");
        return IntStream.range(0, events.size())
                .mapToObj(i -> events.getJsonObject(i).getString(member))
                .toList();
    }

    private static JsonObject header(JdkClient client, int message) {
        return new JsonObject(client.texts.get(message).lines().findFirst().orElseThrow());
    }
}

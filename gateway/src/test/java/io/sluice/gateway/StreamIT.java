package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.stream.StreamProtocol;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What open connections get, and how they end. */
class StreamIT {

    private static final String EVENT = "{\"event\":{\"name\":\"honey\",\"amount\":20.5}}";

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
    void passesTextAndBinaryEventsOnUnchanged() throws Exception {
        gateway.start();
        byte[] bytes = {0, (byte) 0xFF, 7};

        try (JdkClient client = gateway.open()) {
            gateway.upstream.sendText(EVENT);
            gateway.upstream.sendBinary(bytes);
            gateway.upstream.sendText("grün");

            await().until(() -> client.texts.size() == 2 && client.binaries.size() == 1);
            assertThat(client.texts).containsExactly(EVENT, "grün");
            assertThat(client.binaries.get(0)).isEqualTo(bytes);
        }
        assertThat(gateway.count("gateway.events.received", "api", "productions"))
                .isEqualTo(3);
        assertThat(gateway.count("gateway.events.sent", "api", "productions")).isEqualTo(3);
    }

    @Test
    void passesAnEventOfFiveMegabytesOn() throws Exception {
        gateway.start();
        String large = "x".repeat(5_000_000);

        try (JdkClient client = gateway.open()) {
            gateway.upstream.sendText(large);

            await().until(() -> !client.texts.isEmpty());
            assertThat(client.texts.get(0)).isEqualTo(large);
        }
    }

    @Test
    void dropsWhatNoClientCouldTakeAndPassesTheNextOn() throws Exception {
        gateway.with("limits.max-event", "1KiB").start();

        try (JdkClient client = gateway.open()) {
            gateway.upstream.sendTextInTwoFrames(new byte[] {'a'}, new byte[] {(byte) 0xC3});
            gateway.upstream.sendTextInTwoFrames(new byte[1000], new byte[1000]);
            gateway.upstream.sendText(EVENT);

            await().until(() -> !client.texts.isEmpty());
            assertThat(client.texts).containsExactly(EVENT);
        }
        assertThat(gateway.count("gateway.events.dropped", "reason", "invalid_utf8"))
                .isEqualTo(1);
        assertThat(gateway.count("gateway.events.dropped", "reason", "too_big")).isEqualTo(1);
        assertThat(gateway.upstream.accepted()).isEqualTo(1);
    }

    @Test
    void sharesOneUpstreamConnectionBetweenFiftySubscribers() throws Exception {
        gateway.start();
        List<JdkClient> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(gateway.open());
        }

        gateway.upstream.sendText(EVENT);

        await().until(() -> clients.stream().allMatch(client -> client.texts.size() == 1));
        assertThat(gateway.upstream.accepted()).isEqualTo(1);
        assertThat(gateway.gauge("gateway.websocket.sessions")).isEqualTo(50);
        clients.forEach(JdkClient::close);
        await().until(() -> gateway.gauge("gateway.websocket.sessions") == 0);
    }

    @Test
    void keepsClientsWhileTheUpstreamIsAwayAndTellsThoseWhoUnderstand() throws Exception {
        gateway.start();

        try (JdkClient plain = gateway.open();
                JdkClient told = gateway.open(StreamProtocol.SUBPROTOCOL)) {
            await().until(() -> told.texts.size() == 1);
            assertThat(header(told, 0).getMap())
                    .containsEntry("type", "hello")
                    .containsEntry("api", "productions")
                    .containsEntry("version", "1.0")
                    .containsEntry("upstream", "up")
                    .containsKeys("cursor", "expires");

            gateway.upstream.stop();
            await().until(() -> told.texts.size() == 2);
            assertThat(header(told, 1).getString("type")).isEqualTo("upstream");
            assertThat(header(told, 1).getString("state")).isEqualTo("down");
            assertThat(gateway.health.states().get("api productions").up()).isFalse();
            assertThat(gateway.gauge("gateway.upstream.connected")).isZero();
            try (JdkClient late = gateway.open(StreamProtocol.SUBPROTOCOL)) {
                await().until(() -> late.texts.size() == 1);
                assertThat(header(late, 0).getString("upstream")).isEqualTo("down");
            }

            gateway.upstream.start();
            await().until(() -> told.texts.size() == 3);
            assertThat(header(told, 2).getString("state")).isEqualTo("up");
            gateway.upstream.sendText(EVENT);

            await().until(() -> told.texts.size() == 4 && plain.texts.size() == 1);
            assertThat(told.texts.get(3))
                    .matches("\\{\"type\":\"event\",\"id\":\"[0-9a-z]+-4\"}\n.*")
                    .endsWith(EVENT);
            assertThat(plain.texts).containsExactly(EVENT);
            assertThat(gateway.health.states().get("api productions").up()).isTrue();
            assertThat(gateway.upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void closesASilentConnectionWhenItsTokenExpires() throws Exception {
        gateway.start();
        Instant expiresAt = Instant.now().plusSeconds(2);
        String token = gateway.tokens.until(expiresAt);

        try (JdkClient client = JdkClient.open(gateway.productions(), token);
                JdkClient other = gateway.open()) {
            assertThat(client.closeCode()).isEqualTo(StreamProtocol.TOKEN_EXPIRED);
            assertThat(Duration.between(expiresAt, Instant.now())).isBetween(Duration.ZERO, Duration.ofSeconds(1));
            assertThat(other.closed).isNotDone();
        }
        await().until(() -> gateway.count("gateway.websocket.closed", "code", "4001") == 1);
    }

    @Test
    void closesASubscriberThatNeverReadsAndHarmsNoOther() throws Exception {
        gateway.write("productions", "scopes: [productions:read]", "queue: 64").start();
        String event = "y".repeat(50_000);
        int events = 600;

        try (RawClient stuck = gateway.upgraded(4096);
                JdkClient healthy = gateway.open()) {
            for (int sent = 0; sent < events; sent += 20) {
                int expected = sent + 20;
                for (int i = 0; i < 20; i++) {
                    gateway.upstream.sendText(event);
                }
                await().until(() -> healthy.texts.size() == expected);
            }

            assertThat(gateway.count("gateway.slow.consumers.closed", "api", "productions"))
                    .isEqualTo(1);
            assertThat(stuck.closeCodeOrEnd()).isIn(1013, -1);
            assertThat(healthy.closed).isNotDone();
            assertThat(gateway.upstream.accepted()).isEqualTo(1);
        }
    }

    @Test
    void closesASubscriberThatCatchesUpWith1013() throws Exception {
        gateway.write("productions", "scopes: [productions:read]", "queue: 4").start();
        String event = "z".repeat(200_000);

        try (RawClient slow = gateway.upgraded(4096)) {
            for (int i = 0; i < 100; i++) {
                gateway.upstream.sendText(event);
            }
            await().until(() -> gateway.count("gateway.slow.consumers.closed", "api", "productions") == 1);

            assertThat(slow.closeCode()).isEqualTo(1013);
        }
    }

    @Test
    void letsASubscriberLoseTheOldestWhereTheApiSaysSo() throws Exception {
        gateway.write("productions", "scopes: [productions:read]", "queue: 4", "slow-consumer: drop-oldest")
                .start();
        String event = "z".repeat(200_000);

        try (RawClient slow = gateway.upgraded(4096)) {
            for (int i = 0; i < 100; i++) {
                gateway.upstream.sendText(event);
            }
            gateway.upstream.sendText("last");

            await().until(() -> gateway.count("gateway.events.dropped", "reason", "slow_consumer") > 0);
            assertThat(slow.receives("last")).isTrue();
        }
        assertThat(gateway.count("gateway.slow.consumers.closed", "api", "productions"))
                .isZero();
    }

    @Test
    void holdsTheUpstreamBackInsteadOfLosingEventsOfABurst() throws Exception {
        gateway.write("productions", "scopes: [productions:read]", "queue: 64").start();
        int events = 20_000;

        try (JdkClient client = gateway.open()) {
            for (int i = 0; i < events; i++) {
                gateway.upstream.sendText("event " + i);
            }

            await().until(() -> client.texts.size() == events);
            assertThat(client.texts.get(events - 1)).isEqualTo("event " + (events - 1));
            assertThat(gateway.count("gateway.upstream.paused", "api", "productions"))
                    .isPositive();
            assertThat(client.closed).isNotDone();
        }
    }

    @Test
    void endsAClientThatBreaksTheProtocolAndNobodyElse() throws Exception {
        gateway.start();

        try (JdkClient healthy = gateway.open();
                RawClient unmasked = gateway.upgraded(0);
                RawClient notUtf8 = gateway.upgraded(0);
                RawClient huge = gateway.upgraded(0);
                RawClient garbage = gateway.upgraded(0)) {
            unmasked.send(new byte[] {(byte) 0x81, 1, 'a'});
            notUtf8.send(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, (byte) 0xFF});
            huge.send(new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
            garbage.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(unmasked.closeCode()).isEqualTo(1002);
            assertThat(notUtf8.closeCode()).isEqualTo(1007);
            assertThat(huge.closeCode()).isEqualTo(1009);
            assertThat(garbage.closeCode()).isEqualTo(1002);
            gateway.upstream.sendText(EVENT);
            await().until(() -> healthy.texts.size() == 1);
        }
    }

    @Test
    void ignoresWhatClientsSendUpToALimit() throws Exception {
        gateway.with("limits.client-messages-per-minute", "2").start();

        try (JdkClient client = gateway.open()) {
            client.send("one");
            client.send("two");
            gateway.upstream.sendText(EVENT);
            await().until(() -> client.texts.size() == 1);

            client.send("three");

            assertThat(client.closeCode()).isEqualTo(1008);
        }
        assertThat(gateway.count("gateway.client.messages.ignored", "api", "productions"))
                .isEqualTo(3);
    }

    @Test
    void closesEverybodyWith1001AtShutdown() throws Exception {
        gateway.start();

        try (JdkClient plain = gateway.open();
                JdkClient told = gateway.open(StreamProtocol.SUBPROTOCOL);
                RawClient silent = gateway.upgraded(0)) {
            CompletableFuture<Void> close = CompletableFuture.runAsync(gateway.gateway()::close);
            assertThat(plain.closeCode()).isEqualTo(1001);
            assertThat(gateway.answerTo("/productions/1.0"))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("retry-after: 1\r\n", "GTW-206");
            close.get(8, TimeUnit.SECONDS); // the silent one does not answer the Close frame and is cut
            assertThat(told.closeCode()).isEqualTo(1001);
            assertThat(silent.closeCode()).isEqualTo(1001);
        }
    }

    private static JsonObject header(JdkClient client, int message) {
        return new JsonObject(client.texts.get(message).lines().findFirst().orElseThrow());
    }
}

package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.auth.KeySource.Keys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When keys are fetched, and what is answered meanwhile; time and fetches are the test's own. */
class RemoteKeysTest {

    private static final TokenForge FORGE = new TokenForge();
    private static final JWK OLD = FORGE.rsa.toPublicJWK();
    private static final JWK NEW = FORGE.ec.toPublicJWK();

    private final FakeClock clock = FakeClock.at("2026-01-01T00:00:00Z");
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Deque<Promise<List<JWK>>> fetches = new ArrayDeque<>();
    private final RemoteKeys keys = new RemoteKeys("https://issuer.example", this::fetch, clock, meters);
    private int started;

    private Future<List<JWK>> fetch() {
        started++;
        fetches.add(Promise.promise());
        return fetches.getLast().future();
    }

    @Test
    void fetchesOnceForAllWhoAskAtTheSameTime() {
        List<Future<Keys>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(keys.find("rsa-1"));
        }
        assertThat(asked).noneMatch(Future::isComplete);

        fetches.remove().complete(List.of(OLD));

        assertThat(started).isEqualTo(1);
        assertThat(asked).allMatch(answer -> answer.result().equals(new Keys.Known(List.of(OLD))));
        assertThat(meters.get("gateway.jwks.fetches")
                        .tag("result", "ok")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void boundsHowManyWaitForOneFetch() {
        for (int i = 0; i < RemoteKeys.MAX_WAITING; i++) {
            assertThat(keys.find("rsa-1").isComplete()).isFalse();
        }

        assertThat(keys.find("rsa-1").result()).isInstanceOf(Keys.Unavailable.class);
        fetches.remove().complete(List.of(OLD));
        assertThat(keys.find("rsa-1").result()).isInstanceOf(Keys.Known.class);
    }

    @Test
    void answersKnownKeysAtOnceWithoutFetching() {
        fetched(OLD);
        clock.advance(RemoteKeys.REFRESH_AFTER.minusMillis(1));

        assertThat(keys.find("rsa-1").result()).isEqualTo(new Keys.Known(List.of(OLD)));
        assertThat(started).isEqualTo(1);
    }

    @Test
    void offersEveryKeyToATokenWithoutId() {
        fetched(OLD, NEW);

        assertThat(keys.find(null).result()).isEqualTo(new Keys.Known(List.of(OLD, NEW)));
    }

    @Test
    void fetchesAgainForAnUnknownIdAndFindsTheKeyOfARotation() {
        fetched(OLD);
        clock.advance(RemoteKeys.MIN_PAUSE);

        Future<Keys> answer = keys.find("ec-1");
        assertThat(answer.isComplete()).isFalse();
        fetches.remove().complete(List.of(NEW));

        assertThat(answer.result()).isEqualTo(new Keys.Known(List.of(NEW)));
        assertThat(keys.find("rsa-1").result()).isEqualTo(new Keys.Unknown());
    }

    @Test
    void doesNotLetStrangersCauseMoreThanOneFetchPerPause() {
        fetched(OLD);

        for (int i = 0; i < 1_000; i++) {
            assertThat(keys.find("forged-" + i).result()).isEqualTo(new Keys.Unknown());
        }

        assertThat(started).isEqualTo(1);
    }

    @Test
    void refreshesOldKeysInTheBackground() {
        fetched(OLD);
        clock.advance(RemoteKeys.REFRESH_AFTER);

        assertThat(keys.find("rsa-1").result()).isEqualTo(new Keys.Known(List.of(OLD)));
        assertThat(started).isEqualTo(2);
        fetches.remove().complete(List.of(NEW));

        assertThat(keys.find("ec-1").result()).isEqualTo(new Keys.Known(List.of(NEW)));
    }

    @Test
    void keepsKnownKeysInUseForAnHourWhileTheIssuerIsDown() {
        fetched(OLD);
        clock.advance(RemoteKeys.REFRESH_AFTER);
        keys.find("rsa-1");
        fetches.remove().fail("connection refused");

        assertThat(keys.find("rsa-1").result()).isEqualTo(new Keys.Known(List.of(OLD)));
        assertThat(keys.find("ec-1").result()).isInstanceOf(Keys.Unavailable.class);
        clock.advance(RemoteKeys.USABLE_FOR.minus(RemoteKeys.REFRESH_AFTER).minusMillis(1));
        assertThat(keys.find("rsa-1").result()).isEqualTo(new Keys.Known(List.of(OLD)));
        fetches.remove().fail("connection refused");
        clock.advance(Duration.ofMillis(1));

        assertThat(keys.find("rsa-1").result()).isInstanceOf(Keys.Unavailable.class);
    }

    @Test
    void saysWhenToComeBackAfterAFailedFirstFetchAndRecovers() {
        Future<Keys> first = keys.find("rsa-1");
        fetches.remove().fail("connection refused");
        clock.advance(Duration.ofSeconds(2));

        assertThat(first.result()).isInstanceOf(Keys.Unavailable.class);
        assertThat(keys.find("rsa-1").result())
                .isEqualTo(new Keys.Unavailable(
                        "nobody could fetch the keys of issuer https://issuer.example", Duration.ofSeconds(3)));
        clock.advance(Duration.ofSeconds(3));
        fetched(OLD);
        assertThat(keys.find("rsa-1").result()).isInstanceOf(Keys.Known.class);
        assertThat(meters.get("gateway.jwks.fetches")
                        .tag("result", "failed")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void fetchesBeforeItAnswersAfterALongSilence() {
        fetched(OLD);
        clock.advance(RemoteKeys.USABLE_FOR.multipliedBy(2));

        Future<Keys> answer = keys.find("rsa-1");
        assertThat(answer.isComplete()).isFalse();
        fetches.remove().complete(List.of(NEW));

        assertThat(answer.result()).isEqualTo(new Keys.Unknown());
    }

    @Test
    void survivesAFetchThatThrows() {
        RemoteKeys broken = new RemoteKeys(
                "https://issuer.example",
                () -> {
                    throw new IllegalStateException("client is closed");
                },
                clock,
                meters);

        assertThat(broken.find("rsa-1").result()).isInstanceOf(Keys.Unavailable.class);
        assertThat(broken.find("rsa-1").result()).isInstanceOf(Keys.Unavailable.class);
    }

    private void fetched(JWK... set) {
        Future<Keys> answer = keys.find("any");
        fetches.remove().complete(List.of(set));
        assertThat(answer.isComplete()).isTrue();
    }
}

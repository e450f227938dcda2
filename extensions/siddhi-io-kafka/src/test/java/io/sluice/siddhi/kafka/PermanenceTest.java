package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class PermanenceTest {

    @Test
    void triesAgainAfterTimeoutsAndUnknownTrouble() {
        assertThat(Permanence.of(new TimeoutException("late"))).isFalse();
        assertThat(Permanence.of(new KafkaException("odd"))).isFalse();
    }

    @Test
    void givesUpWithoutAuthorisationOrWithBadSettings() {
        assertThat(Permanence.of(new TopicAuthorizationException("no"))).isTrue();
        assertThat(Permanence.of(new KafkaException("failed", new ConfigException("bad keystore"))))
                .isTrue();
    }

    @Test
    void triesAgainWhileAHostNameIsUnknown() {
        Throwable unknown = catchThrowable(() -> new KafkaConsumer<>(
                Map.of("bootstrap.servers", "no-such-host.invalid:9092"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()));

        assertThat(unknown).isInstanceOf(KafkaException.class);
        assertThat(Permanence.of(unknown)).isFalse();
    }

    @Test
    void waitsLongerEachTimeButNeverMoreThanTenSeconds() {
        Backoff backoff = new Backoff(new Random(1));

        assertThat(backoff.next()).isBetween(Duration.ofMillis(80), Duration.ofMillis(100));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(160), Duration.ofMillis(200));
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(10));
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
}

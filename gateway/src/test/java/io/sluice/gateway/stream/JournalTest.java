package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.sluice.common.DataSize;
import io.sluice.gateway.api.StreamingApi;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class JournalTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    @Test
    void keepsAsManyEventsAsItMay() {
        Journal journal = journal(3, 1024, null);

        for (int i = 1; i <= 5; i++) {
            append(journal, "e" + i);
        }

        assertThat(journal.first()).isEqualTo(3);
        assertThat(journal.next()).isEqualTo(6);
        assertThat(journal.get(2)).isNull();
        assertThat(text(journal, 3)).isEqualTo("e3");
        assertThat(text(journal, 5)).isEqualTo("e5");
        assertThat(journal.get(6)).isNull();
        assertThat(journal.bytes()).isEqualTo(6);
    }

    @Test
    void keepsAsManyBytesAsItMayAndALargerEventAlone() {
        Journal journal = journal(10, 1024, null);

        append(journal, "x".repeat(1000));
        append(journal, "y".repeat(25));
        assertThat(journal.first()).isEqualTo(2);

        append(journal, "z".repeat(5000));
        assertThat(journal.first()).isEqualTo(3);
        assertThat(journal.bytes()).isEqualTo(5000);
    }

    @Test
    void forgetsWhatIsTooOldAndFindsEventsByTime() {
        Journal journal = journal(10, 1024, null);
        append(journal, "old");
        now.set(Instant.ofEpochSecond(40));
        append(journal, "young");

        assertThat(journal.firstSince(1)).isEqualTo(2);
        assertThat(journal.firstSince(40_001)).isEqualTo(3);
        now.set(Instant.ofEpochSecond(61));
        journal.expire();

        assertThat(journal.first()).isEqualTo(2);
        assertThat(journal.firstSince(0)).isEqualTo(2);
    }

    @Test
    void knowsWhichEventsANewerOneReplaces() {
        Journal journal = journal(10, 1024, JsonPointer.compile("/k"));

        StreamEvent first = append(journal, "{\"k\":1}");
        StreamEvent other = append(journal, "{\"k\":\"1\"}");
        StreamEvent none = append(journal, "no json");
        StreamEvent second = append(journal, "{\"k\":1}");

        assertThat(first.superseded()).isTrue();
        assertThat(other.superseded()).isFalse();
        assertThat(none.superseded()).isFalse();
        assertThat(second.superseded()).isFalse();
    }

    private Journal journal(int capacity, long bytes, JsonPointer key) {
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
        return new Journal(
                capacity, new StreamingApi.Replay(capacity, new DataSize(bytes), Duration.ofMinutes(1)), key, clock);
    }

    private static StreamEvent append(Journal journal, String text) {
        return journal.append(StreamEvent.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Journal journal, long number) {
        return new String(journal.get(number).payload(), StandardCharsets.UTF_8);
    }
}

package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runner.host.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailureLogTest {

    private final List<LogEvent> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LogManager.getLogger(FailureLog.class);
    private final AbstractAppender appender = new AbstractAppender("failures", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
            lines.add(event.toImmutable());
        }
    };
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final FailureLog log = new FailureLog(() -> now);

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.removeAppender(appender);
    }

    private void fail(String app, Failure.Kind kind, int times) {
        for (int i = 0; i < times; i++) {
            log.failed(new Failure(app, kind, "query 'q'", new IllegalStateException("no " + i)));
        }
    }

    private List<Map<String, String>> contexts() {
        return lines.stream().map(line -> line.getContextData().toMap()).toList();
    }

    @Test
    void saysWhichAppFailedWhereAndWhy() {
        fail("Orders", Failure.Kind.TIMER, 1);

        assertThat(contexts())
                .containsExactly(Map.of("app", "Orders", "kind", "TIMER", "where", "query 'q'", "more", "0"));
        assertThat(lines.get(0).getThrown()).hasMessage("no 0");
    }

    @Test
    void isSilentForTenSecondsAndThenSaysHowManyItKept() {
        fail("Orders", Failure.Kind.QUERY, 1_000);
        now = now.plusMillis(9_999);
        fail("Orders", Failure.Kind.QUERY, 1);
        assertThat(lines).hasSize(1);

        now = now.plusMillis(1);
        fail("Orders", Failure.Kind.QUERY, 2);

        assertThat(contexts()).extracting(context -> context.get("more")).containsExactly("0", "1000");
    }

    @Test
    void letsNoAppAndNoKindOfFailureSilenceAnother() {
        fail("Orders", Failure.Kind.QUERY, 2);
        fail("Orders", Failure.Kind.TIMER, 2);
        fail("Other", Failure.Kind.QUERY, 2);

        assertThat(contexts())
                .extracting(context -> context.get("app") + " " + context.get("kind"))
                .containsExactly("Orders QUERY", "Orders TIMER", "Other QUERY");
    }
}

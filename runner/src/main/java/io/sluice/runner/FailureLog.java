package io.sluice.runner;

import io.sluice.runner.host.Failure;
import io.sluice.runner.host.FailureListener;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs failures inside apps, per app and kind at most once per period with the number of those it kept to itself. Thread-safe. */
final class FailureLog implements FailureListener {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private record Key(String app, Failure.Kind kind) {}

    private static final class Silence {
        private long until = Long.MIN_VALUE;
        private long kept;
    }

    private final InstantSource clock;
    private final Map<Key, Silence> silences = new HashMap<>(); // guarded by this; bounded by apps times kinds

    FailureLog(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void failed(Failure failure) {
        Silence silence = silences.computeIfAbsent(new Key(failure.app(), failure.kind()), key -> new Silence());
        long now = clock.millis();
        if (now < silence.until) {
            silence.kept++;
            return;
        }
        LOG.atError()
                .addKeyValue("app", failure.app())
                .addKeyValue("kind", failure.kind())
                .addKeyValue("where", failure.where())
                .addKeyValue("more", silence.kept)
                .setCause(failure.cause())
                .log("app failed while it processed events");
        silence.kept = 0;
        silence.until = now + PERIOD.toMillis();
    }
}
